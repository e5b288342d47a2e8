-- purpose: how often a task class is negative, as internal allocations are, and therefore no cost to save on.
-- grain: one row.
-- parameters: $task_class.
with
final as (
    select count(*) filter (eur < 0) as negative, count(eur) as figures
    from finance
    where task_class = $task_class and municipality <> 'MA1'
)
select * from final
