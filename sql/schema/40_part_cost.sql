-- purpose: costs of the services of a composite in each municipality, with the residents of each service's age group
--   and all residents; used for expected costs and cost differences (docs/methods.md 9, 10).
-- grain: one row per municipality and part, for municipalities that have every part with all its classes and residents.
-- parameters: parts (structs of id, task_classes, age_from, age_to); in_year; price_year (null: prices of the year).
create macro part_cost(parts, in_year, price_year) as table
with
part as (
    select unnest(parts::struct(id varchar, task_classes varchar[], age_from int, age_to int)[], recursive := true)
),
factor as (
    select
        case when price_year::int is null then 1.0
            else (select value from price_index where year = price_year)
                / (select value from price_index where year = in_year)
        end as prices
),
cost as (
    select finance.municipality, part.id, sum(finance.eur * factor.prices) as eur
    from finance
    join part on list_contains(part.task_classes, finance.task_class)
    cross join factor
    where finance.year = in_year
    group by finance.municipality, part.id, len(part.task_classes)
    having count(finance.eur) = len(part.task_classes)
),
heads as (
    -- like the macro residents, for all age groups at once
    select population.municipality, part.id, sum(population.persons) as heads
    from population
    join part
        on population.age_from >= part.age_from and population.age_to <= part.age_to
        and (population.age_to - population.age_from = 120) = (part.age_to - part.age_from = 120)
    where population.year = in_year and population.persons is not null
    group by population.municipality, part.id, part.age_from, part.age_to
    having sum(population.age_to - population.age_from + 1) = part.age_to - part.age_from + 1
),
joined as (
    select cost.municipality, cost.id, cost.eur, heads.heads, everybody.persons as residents
    from cost
    join heads using (municipality, id)
    join residents(0, 120) as everybody on everybody.municipality = cost.municipality and everybody.year = in_year
),
final as (
    select * from joined
    qualify count(*) over (partition by municipality) = len(parts)
)
select * from final;
