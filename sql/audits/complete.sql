-- rule: Every loaded municipality has total costs and residents in every cost year, and 20 cities are the largest.
-- A cost year of which no residents are known yet has euros alone (docs/methods.md 2).
with
cost as (
    select municipality, year from finance where task_class = 'Käyttötalous yhteensä'
),
resident as (
    select municipality, year from population where age_from = 0 and age_to = 120
),
wanted as (
    select code as municipality, cost_year.year
    from municipality
    cross join (select distinct year from finance) as cost_year
    where loaded
),
final as (
    select municipality, year, 'costs' as missing
    from wanted
    where (municipality, year) not in (select (municipality, year) from cost)
    union all
    select municipality, year, 'residents'
    from wanted
    where (municipality, year) not in (select (municipality, year) from resident)
      and year in (select year from resident)
    union all
    select '-', count(*), 'largest cities (should be 20)' from municipality where largest_20 having count(*) <> 20
    union all
    select '-', 0, 'all costs' where not exists (from finance)
)
select * from final order by all
