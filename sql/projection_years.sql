-- purpose: which population projection is loaded: the year in which it was made, and the years that it has.
-- grain: one row per year of the projection.
with
final as (
    select distinct made, year from projection
)
select * from final order by year
