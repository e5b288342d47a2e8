-- purpose: costs of the tasks that the municipalities in general have in the year. A task that has moved is in moved_task
--   (task_class, year, kept_by: the municipalities that still have it), which kuntamittari/query/database.py makes of
--   kuntamittari/catalog/task_classes.yaml. What is reported of it from that year on is the tail of another time and
--   counts nowhere (docs/methods.md 12).
-- grain: as finance.
create view municipal_cost as
select finance.*
from finance
left join moved_task as moved on moved.task_class = finance.task_class and finance.year >= moved.year
where moved.task_class is null;

-- purpose: the year from which on none of some task classes is municipal; a year that never comes where some stay so.
-- grain: one value.
-- parameters: moved_years (the years in which those of the task classes that move do so).
create macro last_moved(task_classes, moved_years) as
    case
        when len(moved_years::int[]) > 0 and len(moved_years::int[]) = len(task_classes::varchar[])
            then list_max(moved_years::int[])
        else 32767
    end;

-- purpose: how many of some task classes make up their sum in a year: those that are municipal then. All of them from the
--   year on in which none is, since those that keep the task have it whole.
-- grain: one value.
-- parameters: moved_years (of last_moved).
create macro counted_classes(task_classes, moved_years, in_year) as
    len(task_classes::varchar[]) - case
        when in_year >= last_moved(task_classes, moved_years) then 0
        else len(list_filter(moved_years::int[], lambda moved_year: moved_year <= in_year))
    end;
