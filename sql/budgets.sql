-- purpose: the budgets and plans of a municipality for one indicator beside what happened (docs/methods.md 22).
-- grain: one row per year, period of the budget and column (budget, budget_amended, plan_1, plan_2). `eur`; `persons` at
--   the end of the year and `value` = eur / persons, null where they are not known; `actual`: the euros of the accounts;
--   `difference` = 100 × (eur − actual) / |actual|, null without an actual; of the group, for the same year and column:
--   members, `n` with a difference, and their median_difference.
-- parameters: $items (of the budget, added up); $formula (its numerator is the actual); $municipality; $group_id,
--   $listed, $aland (the group).
with
member as (
    select municipality from members_of($group_id, $listed, $aland)
),
planned as (
    select municipality, value_year as year, period, "column", any_value(status) as status, sum(value) as eur
    from cells
    where package = 'KTAS' and unit = 'eur' and service = '' and list_contains($items::varchar[], item)
      and (municipality = $municipality or municipality in (select municipality from member))
    group by all
    having count(value) = len($items::varchar[])
),
accounts as (
    select municipality, year, amount from amounts_of([$formula]) where side = 'upper' and whole
),
compared as (
    select
        planned.*,
        accounts.amount as actual,
        100 * (planned.eur - accounts.amount) / abs(accounts.amount) as difference
    from planned
    left join accounts on accounts.municipality = planned.municipality and accounts.year = planned.year
),
summary as (
    select year, period, "column", count(difference) as n, median(difference) as median_difference
    from compared
    where municipality in (select municipality from member)
    group by all
),
final as (
    select
        compared.year,
        compared.period,
        compared."column",
        compared.status,
        compared.eur,
        everybody.persons,
        compared.eur / everybody.persons as value,
        compared.actual,
        compared.difference,
        (select count(*) from member) as members,
        coalesce(summary.n, 0) as n,
        summary.median_difference
    from compared
    left join residents(0, 120) as everybody
        on everybody.municipality = compared.municipality and everybody.year = compared.year
    left join summary
        on summary.year = compared.year and summary.period = compared.period and summary."column" = compared."column"
    where compared.municipality = $municipality
)
select * from final
order by year, period desc, "column"
