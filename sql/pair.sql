-- purpose: two indicators of the same municipalities, such as a cost and an outcome.
-- grain: one row per member of the group and per chosen municipality outside it (member = false) that has both values.
--   Repeated on every row, of the group: n members with both, their medians, and Spearman's rank correlation (ties
--   share their mean rank).
-- parameters: $formula and $year; $beside and $beside_year (of the other indicator); $group_id, $listed, $aland (the
--   group); $chosen.
with
member as (
    select municipality from members_of($group_id, $listed, $aland)
),
both_values as (
    select
        one.municipality,
        one.value as x,
        other.value as y,
        everybody.persons as residents,
        one.municipality in (select municipality from member) as member
    from indicator_value($formula, years := [$year]) as one
    join indicator_value($beside, years := [$beside_year]) as other
        on other.municipality = one.municipality and other.year = $beside_year
    left join residents(0, 120) as everybody on everybody.municipality = one.municipality and everybody.year = $year
    where one.year = $year and one.value is not null and other.value is not null
      and (one.municipality in (select municipality from member) or list_contains($chosen::varchar[], one.municipality))
),
ranked as (
    select
        x,
        y,
        rank() over (order by x) + (count(*) over (partition by x) - 1) / 2 as x_rank,
        rank() over (order by y) + (count(*) over (partition by y) - 1) / 2 as y_rank
    from both_values
    where member
),
summary as (
    select
        count(*) as n,
        median(x) as x_median,
        median(y) as y_median,
        case when count(*) > 1 then corr(x_rank, y_rank) end as correlation
    from ranked
),
final as (
    select * from both_values cross join summary
)
select * from final
order by municipality
