-- purpose: how a year goes: items of the accounts from January to the end of a quarter, beside the same quarter of the
--   year before and the budgets of the whole year (docs/methods.md 22).
-- grain: one row per item asked for. Euros: to_date, before (the same quarter of the year before), year_before (all of
--   that year), budget, budget_amended. Per resident, null without residents: those of the year and of the year before by
--   the residents at the beginning of each (persons, persons_before), of a whole year at its end. Per cent: change from
--   `before`, `used` of the budget in force (the amended one where there is one), `used_before` of the whole year before;
--   null for items that may be negative (those that end in +/-), since a difference of flows is not used up. Of the group,
--   with members: <figure>_median and <figure>_n for per_resident, budget_per_resident, change and used.
-- parameters: $items; $municipality; $period (of a package KKNR, as 2026C06); $group_id, $listed, $aland (the group).
with
asked as (
    select
        $period[1:4]::int as year,
        (year - 1)::varchar || $period[5:] as earlier,
        (year - 1)::varchar || 'C12' as whole,
        case when $period[5:] = 'C12' then year else year - 1 end as counted
),
member as (
    select municipality from members_of($group_id, $listed, $aland)
),
place as (
    select municipality from member
    union
    select $municipality
),
item as (
    select unnest($items::varchar[]) as item
),
euro as (
    select
        municipality,
        item,
        any_value(value) filter (where package = 'KKNR' and period = $period) as to_date,
        any_value(status) filter (where package = 'KKNR' and period = $period) as status,
        any_value(value) filter (where package = 'KKNR' and period = earlier) as before,
        any_value(value) filter (where package = 'KKNR' and period = whole) as year_before,
        any_value(value) filter (where "column" = 'budget' and value_year = year) as budget,
        any_value(value) filter (where "column" = 'budget_amended' and value_year = year) as budget_amended
    from cells
    cross join asked
    where unit = 'eur' and counterparty = 'external' and service = '' and package in ('KKNR', 'KTAS')
    group by municipality, item
),
measured as (
    select
        place.municipality,
        place.municipality in (select municipality from member) as is_member,
        item.item,
        euro.* exclude (municipality, item),
        coalesce(budget_amended, budget) as in_force,
        item.item like '%+/-' as signed,
        everybody.persons,
        everybody_before.persons as persons_before
    from place
    cross join item
    cross join asked
    left join euro on euro.municipality = place.municipality and euro.item = item.item
    left join residents(0, 120) as everybody
        on everybody.municipality = place.municipality and everybody.year = asked.counted
    left join residents(0, 120) as everybody_before
        on everybody_before.municipality = place.municipality and everybody_before.year = asked.counted - 1
),
figure as (
    select
        *,
        to_date / persons as per_resident,
        before / persons_before as before_per_resident,
        budget / persons as budget_per_resident,
        budget_amended / persons as budget_amended_per_resident,
        case when not signed and before > 0 then 100 * (to_date / before - 1) end as change,
        case when not signed and in_force > 0 then 100 * to_date / in_force end as used,
        case when not signed and year_before > 0 then 100 * before / year_before end as used_before
    from measured
),
summary as (
    select
        item,
        count(*) as members,
        count(per_resident) as per_resident_n,
        median(per_resident) as per_resident_median,
        count(budget_per_resident) as budget_per_resident_n,
        median(budget_per_resident) as budget_per_resident_median,
        count(change) as change_n,
        median(change) as change_median,
        count(used) as used_n,
        median(used) as used_median
    from figure
    where is_member
    group by item
),
final as (
    select figure.* exclude (is_member, in_force, signed), summary.* exclude (item)
    from figure
    left join summary on summary.item = figure.item
    where figure.municipality = $municipality
)
select * from final
order by list_position($items::varchar[], item)
