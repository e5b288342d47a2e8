-- purpose: the years in which a published total stands in for the parts of an indicator's numerator, none of which are
--   loaded then (sql/schema/10_amount.sql).
-- grain: one row per year.
-- parameters: $formula (of indicator_values).
with
part_year as (
    select year from task_cost where list_contains($formula['numerator']['task_classes']::varchar[], task_class)
    union
    select year from statement_line where list_contains($formula['numerator']['statement']::varchar[], item)
),
final as (
    select distinct year
    from activity
    where measure = $formula['numerator']['published']::varchar and year not in (select year from part_year)
)
select * from final
order by year
