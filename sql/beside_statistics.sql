-- purpose: what municipalities report to the State Treasury of the costs of an indicator, in years of which the statistics
--   have costs too (docs/methods.md 22).
-- grain: one row per municipality and year that has every task class that is municipal then; `numerator` in euros;
--   `denominator` and `value` are null where residents are not known.
-- parameters: $formula (of indicator_values, a ratio of task classes).
with
reported as (
    select
        cost.municipality,
        cost.year,
        sum(cost.eur) as numerator,
        count(*) as classes,
        weakest(list(cost.status)) as status
    from reported_cost as cost
    left join moved_task as moved on moved.task_class = cost.task_class and cost.year >= moved.year
    where cost.beside
      and moved.task_class is null
      and list_contains($formula['numerator']['task_classes']::varchar[], cost.task_class)
    group by cost.municipality, cost.year
),
below as (
    select municipality, year, amount, statuses()[weakness] as status
    from amounts_of([$formula])
    where side = 'lower' and whole
),
final as (
    select
        reported.municipality,
        reported.year,
        reported.numerator,
        below.amount as denominator,
        case when not ($formula['zero_is_missing'] and reported.numerator = 0)
            then $formula['scale'] * reported.numerator / nullif(below.amount, 0)
        end as value,
        weakest([reported.status, below.status]) as status
    from reported
    left join below on below.municipality = reported.municipality and below.year = reported.year
    where reported.classes = counted_classes(
        $formula['numerator']['task_classes'], $formula['numerator']['moved_years'], reported.year
    )
)
select * from final
order by municipality, year
