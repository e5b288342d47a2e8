-- purpose: the years that have at least one figure of an indicator.
-- grain: one row per year. parameters: $task_classes, $age_from, $age_to, $zero_is_missing (the formula).
with
final as (
    select distinct year
    from indicator_value($task_classes, $age_from, $age_to, $zero_is_missing)
    where value is not null
)
select * from final
order by year
