-- purpose: number of figures of each part of the data by municipality and year, for losses between two data sets.
-- grain: one row per part (a table, or a measure of activity), year and municipality, without Mainland Finland.
with
figure as (
    select 'finance' as part, year, municipality from finance
    union all
    select 'statement', year, municipality from statement
    union all
    select 'population', year, municipality from population
    union all
    select 'projection', year, municipality from projection
    union all
    select measure, year, municipality from activity
),
final as (
    select part, year, municipality, count(*) as figures
    from figure
    where municipality <> 'MA1'
    group by part, year, municipality
)
select * from final
order by part, year, municipality
