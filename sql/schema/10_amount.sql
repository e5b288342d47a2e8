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

-- purpose: residents of age groups. Bands overlap only with the total 0–120, so an age group is covered where the years
--   of age of the bands inside it add up to its own.
-- grain: one row per age group, area and year in which the age group is covered.
-- parameters: ages (structs of age_from and age_to).
create macro residents_of(ages) as table
with
age_group as (
    -- `select distinct unnest(…)` loses rows in DuckDB 2.0
    select distinct age_from, age_to
    from (select unnest(ages::struct(age_from int, age_to int)[], recursive := true))
),
band as (
    select distinct age_from, age_to from population
),
inside as (
    select age_group.age_from as youngest, age_group.age_to as oldest, band.age_from, band.age_to
    from band
    join age_group
        on band.age_from >= age_group.age_from
        and band.age_to <= age_group.age_to
        and (band.age_to - band.age_from = 120) = (age_group.age_to - age_group.age_from = 120)
)
select
    inside.youngest,
    inside.oldest,
    population.municipality,
    population.year,
    sum(population.persons) as persons,
    max(list_position(statuses(), population.status)) as weakness
from population
join inside on inside.age_from = population.age_from and inside.age_to = population.age_to
where population.persons is not null
group by inside.youngest, inside.oldest, population.municipality, population.year
having sum(inside.age_to - inside.age_from + 1) = inside.oldest - inside.youngest + 1;

-- purpose: residents of one age group.
-- grain: one row per area and year in which the age group is covered.
create macro residents(youngest, oldest) as table
select municipality, year, persons from residents_of([{'age_from': youngest, 'age_to': oldest}]);

-- purpose: the terms of formulas: what each indicator divides (`upper`) and by what (`lower`).
-- grain: one row per formula (`number`: its place in the list, from 1) and side.
-- parameters: formulas (of indicator_values).
create macro terms_of(formulas) as table
with
asked as (
    select generate_subscripts(formulas::formula[], 1) as number, unnest(formulas::formula[], max_depth := 2)
),
term as (
    select number, 'upper' as side, unnest(numerator) from asked
    union all
    select number, 'lower', unnest(denominator) from asked
)
select * from term;

-- purpose: the age groups of formulas; those of terms without one are null and match nothing.
-- grain: one list.
create macro ages_in(formulas) as
    flatten(list_transform(formulas::formula[], lambda one: [
        {'age_from': one.numerator.age_from, 'age_to': one.numerator.age_to},
        {'age_from': one.denominator.age_from, 'age_to': one.denominator.age_to}
    ]));

-- purpose: the sums that formulas use: costs, items of statements (some subtracted), measures, residents. Of costs what
--   is municipal in the year; once none of them is, those of the municipalities that keep the task (docs/methods.md 12).
-- grain: one row per formula, side, area and year that has any part; `whole`: whether it has all parts (docs/methods.md
--   2); `weakness`: the place of the weakest status in statuses(). In a year in which no area has any part, the published
--   total stands in for the sum (docs/methods.md 13).
-- parameters: formulas (of indicator_values).
create macro amounts_of(formulas) as table
with
term as materialized (
    select * from terms_of(formulas)
),
wanted_class as (
    select number, side, unnest(task_classes) as task_class, len(moved_years) = len(task_classes) as all_move from term
),
part as (
    select
        wanted.number,
        wanted.side,
        task_cost.municipality,
        task_cost.year,
        task_cost.eur as amount,
        list_position(statuses(), task_cost.status) as weakness
    from task_cost
    join wanted_class as wanted using (task_class)
    left join moved_task as moved on moved.task_class = task_cost.task_class and task_cost.year >= moved.year
    where moved.task_class is null or (wanted.all_move and list_contains(moved.kept_by, task_cost.municipality))
    union all
    select number, side, municipality, year, factor * eur, list_position(statuses(), status)
    from statement_line
    join (
        select number, side, unnest(statement) as item, 1 as factor from term
        union all
        select number, side, unnest(less_statement), -1 from term
    ) using (item)
    union all
    select number, side, municipality, year, value, list_position(statuses(), status)
    from activity
    join (select number, side, unnest(measures) as measure from term) using (measure)
    union all
    select term.number, term.side, aged.municipality, aged.year, aged.persons, aged.weakness
    from term
    join residents_of(ages_in(formulas)) as aged on aged.youngest = term.age_from and aged.oldest = term.age_to
),
-- how many parts a year should have
counted as (
    select
        term.number,
        term.side,
        data_year.year,
        counted_classes(task_classes, moved_years, data_year.year) + len(statement) + len(less_statement)
            + len(measures) + (age_from is not null)::int as parts
    from term
    cross join data_year
),
added as (
    select number, side, municipality, year, sum(amount) as amount, count(amount) as parts, max(weakness) as weakness
    from part
    group by number, side, municipality, year
),
of_parts as (
    select added.* exclude (parts), added.parts = counted.parts as whole
    from added
    join counted using (number, side, year)
),
final as (
    select number, side, municipality, year, amount, whole, weakness from of_parts
    union all
    select term.number, term.side, activity.municipality, activity.year, activity.value, true,
        list_position(statuses(), activity.status)
    from term
    join activity on activity.measure = term.published
    where activity.year < last_moved(term.task_classes, term.moved_years)
      and (term.number, term.side, activity.year) not in (select (number, side, year) from added)
)
select * from final;

-- purpose: reasons why sums lack parts that the State Treasury's reports should have (docs/methods.md 2).
-- grain: one row per formula, municipality and year.
-- parameters: formulas (of indicator_values).
create macro missing_of(formulas) as table
with
term as materialized (
    select * from terms_of(formulas)
),
refused as (
    select wanted.number, missing.municipality, missing.year, missing.reason
    from missing_cost as missing
    join (select number, unnest(task_classes) as task_class from term) as wanted using (task_class)
    left join moved_task as moved on moved.task_class = missing.task_class and missing.year >= moved.year
    where moved.task_class is null and missing.year not in (select year from finance)
    union all
    select wanted.number, missing.municipality, missing.year, missing.reason
    from missing_line as missing
    join (select number, unnest(statement || less_statement) as item from term) as wanted using (item)
)
select number, municipality, year, max(reason) as reason
from refused
group by number, municipality, year;

-- purpose: parts of composites or published totals that a municipality does not organise itself: every task class is
--   reported as zero (docs/methods.md 2).
-- grain: one row per area, year and part.
-- parameters: parts (structs of id and task_classes).
create macro not_organised(parts) as table
with
part as (
    select unnest(parts::zero_part[], recursive := true)
),
wanted as (
    select id, len(task_classes) as classes, unnest(task_classes) as task_class from part
),
final as (
    select finance.municipality, finance.year, wanted.id
    from finance
    join wanted using (task_class)
    group by finance.municipality, finance.year, wanted.id, wanted.classes
    having count(finance.eur) = wanted.classes and bool_and(finance.eur = 0)
)
select municipality, year, id from final;
