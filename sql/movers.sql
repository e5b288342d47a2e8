-- purpose: which municipalities changed the costs of a group from one year to the next, at constant prices.
-- grain: one row per member with both years, the largest changes first. `share`: per cent of the sum of all changes,
--   which is `total`.
-- parameters: $task_classes (added up); $year; $price_year; $group_id, $listed, $aland (the group).
with
cost as (
    select finance.municipality, finance.year, sum(finance.eur) * any_value(base.value) / any_value(price.value) as eur
    from municipal_cost as finance
    join price_index as price on price.year = finance.year
    join price_index as base on base.year = $price_year
    where list_contains($task_classes::varchar[], finance.task_class)
      and finance.municipality in (select municipality from members_of($group_id, $listed, $aland))
    group by finance.municipality, finance.year
    having count(finance.eur) = len($task_classes::varchar[])
),
change as (
    select now.municipality, before.eur as before, now.eur as after, now.eur - before.eur as change
    from cost as now
    join cost as before on before.municipality = now.municipality and before.year = now.year - 1
    where now.year = $year
),
final as (
    select
        *,
        100 * (after / nullif(before, 0) - 1) as percent,
        sum(change) over () as total,
        100 * change / nullif(sum(change) over (), 0) as share
    from change
)
select * from final
order by abs(change) desc, municipality
