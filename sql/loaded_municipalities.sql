-- purpose: number of figures of each part of the data by municipality and year, and how large they are together, for
--   losses and changed units between two data sets.
-- grain: one row per part (a table, or a measure of activity), year and municipality, without Mainland Finland; FI
--   stands for the whole of national figures. `vintage`: the year in which a projection was made, otherwise 0; `size`:
--   the sum of the figures without their signs.
with
figure as (
    select 'finance' as part, year, municipality, 0 as vintage, eur as value from finance
    union all
    select 'statement', year, municipality, 0, eur from statement
    union all
    select 'population', year, municipality, 0, persons from population
    union all
    select 'projection', year, municipality, made, persons from projection
    union all
    select measure, year, municipality, 0, value from activity
    union all
    select 'price_index', year, 'FI', 0, value from price_index
),
final as (
    select part, year, municipality, count(*) as figures, max(vintage) as vintage, sum(abs(value)) as size
    from figure
    where municipality <> 'MA1'
    group by part, year, municipality
)
select * from final
order by part, year, municipality
