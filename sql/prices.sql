-- purpose: the price index of public expenditure.
-- grain: one row per year.
with
final as (
    select year, value from price_index
)
select * from final
order by year
