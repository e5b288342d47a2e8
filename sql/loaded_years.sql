-- purpose: number of municipalities with figures of each part of the data in each year, for coverage.
-- grain: one row per part (a table, or a measure of activity) and year.
with
figure as (
    select 'finance' as part, year, municipality from finance
    union all
    select 'statement', year, municipality from statement
    union all
    select 'cells', value_year, municipality from cells where "column" = 'actual'
    union all
    select 'population', year, municipality from population
    union all
    select 'projection', year, municipality from projection
    union all
    select measure, year, municipality from activity
),
final as (
    select part, year, count(distinct municipality) as places
    from figure
    where municipality <> 'MA1'
    group by part, year
)
select * from final
order by part, year
