-- purpose: the years that have a price index, at whose prices costs can be shown.
-- grain: one row per year.
with
final as (
    select distinct year from price_index
)
select * from final order by year
