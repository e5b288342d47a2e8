-- purpose: which municipalities have figures of each part of the data in each year, and how many figures; for losses between two data sets.
-- grain: one row per part (a table, and for activity a measure), year and municipality, the mainland apart.
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
    select part, year, municipality, count(*) as figures from figure where municipality <> 'MA1' group by part, year, municipality
)
select * from final
order by part, year, municipality
