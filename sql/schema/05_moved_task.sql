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

-- purpose: the years in which task classes cease to be municipal, one of each class that does.
-- grain: one list.
create macro moved_years(task_classes) as coalesce(
    (select list(year) from moved_task where list_contains(task_classes::varchar[], task_class)), []
);

-- purpose: the first year in which none of some task classes is municipal; null: there is no such year.
-- grain: one value.
create macro moved_from(task_classes) as
    case when len(moved_years(task_classes)) = len(task_classes::varchar[]) then list_max(moved_years(task_classes)) end;

-- purpose: the municipalities that still have a task.
-- grain: one list.
create macro kept_by(task_classes) as (
    select any_value(kept_by) from moved_task where list_contains(task_classes::varchar[], task_class)
);

-- purpose: how many of some task classes make up their sum in a year: those that are municipal then. All of them from the
--   year on in which none is, since those that keep the task have it whole.
-- grain: one value.
create macro counted_classes(task_classes, in_year) as
    len(task_classes::varchar[]) - case
        when in_year >= moved_from(task_classes) then 0
        else len(list_filter(moved_years(task_classes), lambda moved_year: moved_year <= in_year))
    end;

-- purpose: the task classes whose costs a formula uses.
-- grain: one list.
create macro formula_classes(formula) as
    list_concat(formula['numerator']['task_classes']::varchar[], formula['denominator']['task_classes']::varchar[]);
