-- purpose: an area of a reader's own ('alue') as one more area of the tables: the sums of its municipalities
--   (area_member), each only where every one of them has the figure, with the weakest status of its parts
--   (docs/methods.md 23). Of activity what may be added up (summed_measure), of the State Treasury's cells all but
--   percentages and costs by service, whose classes reports may lack; these are summed as task classes.
-- grain: of each table.
create table area_finance as
select 'alue' as municipality, year, task_class, sum(eur)::bigint as eur, weakest(list(status)) as status
from finance
join area_member using (municipality)
group by year, task_class
having count(eur) = (select count(*) from area_member);

create table area_statement as
select 'alue' as municipality, year, item, sum(eur)::bigint as eur, weakest(list(status)) as status
from statement
join area_member using (municipality)
group by year, item
having count(eur) = (select count(*) from area_member);

create table area_activity as
select 'alue' as municipality, year, measure, sum(value) as value, weakest(list(status)) as status
from activity
join summed_measure using (measure)
join area_member using (municipality)
group by year, measure
having count(value) = (select count(*) from area_member);

create table area_population as
select 'alue' as municipality, year, age_from, age_to, sum(persons) as persons, weakest(list(status)) as status
from population
join area_member using (municipality)
group by year, age_from, age_to
having count(persons) = (select count(*) from area_member);

create table area_projection as
select
    'alue' as municipality,
    year,
    age_from,
    age_to,
    sum(persons) as persons,
    made,
    weakest(list(status)) as status
from projection
join area_member using (municipality)
group by year, age_from, age_to, made
having count(persons) = (select count(*) from area_member);

-- sums of cents in binary fractions may be off by less than a cent
create table area_cells as
select
    'alue' as municipality,
    package,
    period,
    value_year,
    "column",
    item,
    service,
    counterparty,
    round(sum(value), 2) as value,
    unit,
    weakest(list(status)) as status
from cells
join area_member using (municipality)
where package <> 'KKTPP' and unit <> 'per_cent'
group by package, period, value_year, "column", item, service, counterparty, unit
having count(value) = (select count(*) from area_member);

insert into reported_cost
select 'alue', year, task_class, round(sum(eur), 2), weakest(list(status)), any_value(beside)
from reported_cost
join area_member using (municipality)
group by year, task_class
having count(eur) = (select count(*) from area_member);
