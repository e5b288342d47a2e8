-- purpose: net cost of a service class as municipalities report it to the State Treasury, part by part (docs/methods.md 22):
--   expenses + depreciation + allocated expenses - income - allocated income, external and allocated; a part without a
--   cell has no entries, a class without expenses is not reported.
-- grain: one row per municipality, year and service class.
create view class_cost as
with
part as (
    select municipality, value_year as year, service, status, value, case item
        when 'Toimintakulut yhteensä' then 'expenses'
        when 'Poistot ja arvonalentumiset' then 'depreciation'
        when 'Vyörytyskulut' then 'allocated_expenses'
        when 'Toimintatuotot yhteensä' then 'income'
        when 'Vyörytystuotot' then 'allocated_income'
    end as part
    from cells
    where package = 'KKTPP' and "column" = 'actual' and municipality <> 'MA1'
),
added as (
    select
        municipality,
        year,
        service,
        sum(value) filter (part = 'expenses') as expenses,
        coalesce(sum(value) filter (part = 'depreciation'), 0) as depreciation,
        coalesce(sum(value) filter (part = 'allocated_expenses'), 0) as allocated_expenses,
        coalesce(sum(value) filter (part = 'income'), 0) as income,
        coalesce(sum(value) filter (part = 'allocated_income'), 0) as allocated_income,
        weakest(list(status)) as status
    from part
    group by municipality, year, service
),
final as (
    select *, expenses + depreciation + allocated_expenses - income - allocated_income as net_cost
    from added
)
select * from final;

-- purpose: reasons why the State Treasury's cost of a task class is missing (docs/methods.md 2). task_service (task_class,
--   service, first_year, last_year) is made of kuntamittari/catalog/service_classes.yaml by kuntamittari/query/database.py.
-- grain: one row per municipality, year and task class.
create table missing_cost as
select
    missing.municipality,
    missing.period[:4]::int as year,
    task.task_class,
    max(missing.reason) as reason  -- one of several: the last by name
from missing_cells as missing
join task_service as task
    on task.service = missing.service and missing.period[:4]::int between task.first_year and task.last_year
where missing.package = 'KKTPP'
group by all;

-- purpose: costs of task classes that municipalities report to the State Treasury by service class (docs/methods.md 22).
--   A class of the task that is not reported counts as nothing, one that is missing leaves the task without a cost;
--   Mainland Finland has one where every municipality has. `beside`: whether the statistics have costs of the year too.
-- grain: one row per area, year and task class.
create table reported_cost as
with
reported as (
    select cost.municipality, cost.year, task.task_class, sum(cost.net_cost) as eur, weakest(list(cost.status)) as status
    from class_cost as cost
    join task_service as task on task.service = cost.service and cost.year between task.first_year and task.last_year
    where (cost.municipality, cost.year, task.task_class) not in (select (municipality, year, task_class) from missing_cost)
    group by cost.municipality, cost.year, task.task_class
    having count(*) = count(cost.net_cost)
),
final as (
    select * from reported
    union all
    select 'MA1', reported.year, reported.task_class, sum(reported.eur), weakest(list(reported.status))
    from reported
    join municipality as place on place.code = reported.municipality and not place.aland
    group by reported.year, reported.task_class
    having count(*) = (select count(*) from municipality where not aland and code <> 'MA1')
)
-- sums of cents in binary fractions may be off by less than a cent
select * replace (round(eur, 2) as eur), year in (select year from finance) as beside from final;

-- purpose: costs of task classes: those of the statistics and, in years of which these have no costs at all, those of the
--   State Treasury, so that no sum is of both. Where both have the year, sql/beside_statistics.sql has the others.
-- grain: one row per area, year and task class.
create view task_cost as
select municipality, year, task_class, eur::double as eur, status from finance
union all
select municipality, year, task_class, eur, status from reported_cost where not beside;
