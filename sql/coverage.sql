-- purpose: how many municipalities have a value of an indicator in each year.
-- grain: one row per year with any value.
-- parameters: $kind, $numerator, $denominator, $scale, $base_year, $zero_is_missing (the formula).
with
final as (
    select year, count(value) as places
    from indicator_value($kind, $numerator, $denominator, $scale, $base_year, $zero_is_missing)
    where municipality <> 'MA1'
    group by year
    having count(value) > 0
)
select * from final
order by year
