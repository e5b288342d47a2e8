-- purpose: task classes whose costs are reported to the State Treasury in years that the statistics have too.
-- grain: one row per task class.
with
final as (
    select distinct task_class from reported_cost where beside
)
select * from final
order by task_class
