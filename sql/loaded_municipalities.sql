-- purpose: number of figures of each part of the data by municipality and year, for losses between two data sets.
-- grain: one row per part (a table, or a measure of activity), year and municipality, without Mainland Finland;
--   `vintage`: the year in which a projection was made, otherwise 0.
with
figure as (
    select 'finance' as part, year, municipality, 0 as vintage from finance
    union all
    select 'statement', year, municipality, 0 from statement
    union all
    select 'population', year, municipality, 0 from population
    union all
    select 'projection', year, municipality, made from projection
    union all
    select measure, year, municipality, 0 from activity
),
final as (
    select part, year, municipality, count(*) as figures, max(vintage) as vintage
    from figure
    where municipality <> 'MA1'
    group by part, year, municipality
)
select * from final
order by part, year, municipality
