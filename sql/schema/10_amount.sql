-- purpose: the years that have any figure; computed once when the data are opened.
-- grain: one row per year.
create table data_year as
select distinct year from task_cost
union
select distinct year from missing_cost
union
select distinct year from statement_line
union
select distinct year from activity;

-- purpose: residents of an age group. Bands overlap only with the total 0–120, so an age group is covered where the
--   years of age of the bands inside it add up to its own.
-- grain: one row per area and year in which the age group is covered.
create macro residents(youngest, oldest) as table
select
    municipality,
    year,
    sum(persons) as persons,
    weakest(list(status)) as status
from population
where persons is not null
  and age_from >= youngest
  and age_to <= oldest
  and (age_to - age_from = 120) = (oldest - youngest = 120)
group by municipality, year
having sum(age_to - age_from + 1) = oldest - youngest + 1;

-- purpose: a sum that an indicator uses: costs, items of statements (some subtracted), measures, residents. Of costs what
--   is municipal in the year; once none of them is, those of the municipalities that keep the task (docs/methods.md 12).
-- grain: one row per area and year that has any part; `whole`: whether it has all parts (docs/methods.md 2). In a year in
--   which no area has any part, the published total stands in for the sum (docs/methods.md 13).
-- parameters: term, a struct of task_classes, moved_years (of last_moved), statement, less_statement, measures, published,
--   age_from, age_to.
create macro amount_of(term) as table
with
part as (
    select task_cost.municipality, task_cost.year, task_cost.eur as amount, task_cost.status
    from task_cost
    left join moved_task as moved on moved.task_class = task_cost.task_class and task_cost.year >= moved.year
    where list_contains(term['task_classes']::varchar[], task_cost.task_class)
      and (
          moved.task_class is null
          or (len(term['moved_years']::int[]) = len(term['task_classes']::varchar[])
              and list_contains(moved.kept_by, task_cost.municipality))
      )
    union all
    select municipality, year, eur, status
    from statement_line where list_contains(term['statement']::varchar[], item)
    union all
    select municipality, year, -eur, status
    from statement_line where list_contains(term['less_statement']::varchar[], item)
    union all
    select municipality, year, value, status
    from activity where list_contains(term['measures']::varchar[], measure)
    union all
    select municipality, year, persons, status
    from residents(term['age_from']::int, term['age_to']::int)
),
added as (
    select
        municipality,
        year,
        sum(amount) as amount,
        count(amount) = counted_classes(term['task_classes'], term['moved_years'], year) + len(term['statement']::varchar[])
            + len(term['less_statement']::varchar[]) + len(term['measures']::varchar[])
            + (term['age_from'] is not null)::int as whole,
        weakest(list(status)) as status
    from part
    group by municipality, year
),
final as (
    select * from added
    union all
    select municipality, year, value, true, status
    from activity
    where measure = term['published']::varchar
      and year not in (select year from added)
      and year < last_moved(term['task_classes'], term['moved_years'])
)
select municipality, year, amount, whole, status from final;

-- purpose: reasons why a sum lacks parts that the State Treasury's reports should have (docs/methods.md 2).
-- grain: one row per municipality, year and part.
-- parameters: term (of amount_of).
create macro missing_of(term) as table
select missing.municipality, missing.year, missing.reason
from missing_cost as missing
left join moved_task as moved on moved.task_class = missing.task_class and missing.year >= moved.year
where list_contains(term['task_classes']::varchar[], missing.task_class) and moved.task_class is null
  and missing.year not in (select year from finance)
union all
select municipality, year, reason
from missing_line
where list_contains(term['statement']::varchar[], item) or list_contains(term['less_statement']::varchar[], item);

-- purpose: parts of a composite or a published total that a municipality does not organise itself: every task class is
--   reported as zero (docs/methods.md 2).
-- grain: one row per area, year and part.
-- parameters: parts (structs of id and task_classes).
create macro not_organised(parts) as table
with
part as (
    select unnest(parts::struct(id varchar, task_classes varchar[])[], recursive := true)
),
final as (
    select finance.municipality, finance.year, part.id
    from finance
    join part on list_contains(part.task_classes, finance.task_class)
    group by finance.municipality, finance.year, part.id, len(part.task_classes)
    having count(finance.eur) = len(part.task_classes) and bool_and(finance.eur = 0)
)
select municipality, year, id from final;
