-- rule: A missing figure has no row, so every row has a figure and a status.
with
figure as (
    select 'finance' as file, municipality, year, eur::double as figure, status from finance
    union all
    select 'statement', municipality, year, eur, status from statement
    union all
    select 'cells', municipality, value_year, value, status from cells
    union all
    select 'activity', municipality, year, value, status from activity
    union all
    select 'population', municipality, year, persons, status from population
    union all
    select 'projection', municipality, year, persons, status from projection
    union all
    select 'price_index', '-', year, value, status from price_index
),
final as (
    select * from figure where figure is null or status is null or municipality is null or year is null
)
select * from final order by all
