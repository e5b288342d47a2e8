-- purpose: productivity decomposed (docs/methods.md 4): index = volume × price ÷ cost, all with the base year = 100.
-- grain: one row per area and year with figures. `cost` is nominal, `price` the index of public expenditure, `eur` the
--   cost of the year itself.
-- parameters: $formula (an index); $municipalities.
with
price as (
    select year, value from price_index
),
final as (
    select
        indicator.municipality,
        indicator.year,
        indicator.value,
        indicator.status,
        indicator.reason,
        indicator.numerator as volume,
        indicator.denominator * price.value / base.value as cost,
        100 * price.value / base.value as price,
        indicator.input * price.value as eur
    from indicator_value($formula) as indicator
    join price using (year)
    join price as base on base.year = $formula['base_year']
    where list_contains($municipalities::varchar[], indicator.municipality)
      and indicator.reason is distinct from 'no_year'
)
select * from final
order by municipality, year
