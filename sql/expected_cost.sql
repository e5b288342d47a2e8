-- purpose: cost of a composite if each of its services cost the group's average per head of the service's age group
--   (docs/methods.md 9); over the group, expected costs sum to actual costs.
-- grain: one row per member of the group with all parts, and per chosen municipality outside it (member = false).
-- parameters: $parts, $year, $price_year (of part_cost); $group_id, $listed, $aland (the group); $chosen.
with
member as (
    select municipality from members_of($group_id, $listed, $aland)
),
cost as (
    select *, municipality in (select municipality from member) as member
    from part_cost($parts, $year, $price_year)
    where municipality in (select municipality from member) or list_contains($chosen::varchar[], municipality)
),
price as (
    select id, sum(eur) / nullif(sum(heads), 0) as per_head from cost where member group by id
),
final as (
    select
        municipality,
        member,
        sum(eur) as actual,
        -- where nobody in the group is of the age there is no cost per head: the actual cost is expected
        sum(coalesce(price.per_head * heads, eur)) as expected,
        100 * (sum(eur) / nullif(sum(coalesce(price.per_head * heads, eur)), 0) - 1) as deviation,
        any_value(residents) as residents
    from cost
    join price using (id)
    group by municipality, member
)
select * from final
order by municipality
