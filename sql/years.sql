-- purpose: the years that have at least one figure of an indicator.
-- grain: one row per year. parameters: $kind, $numerator, $denominator, $scale, $base_year, $zero_is_missing (the formula).
with
final as (
    select distinct year
    from indicator_value($kind, $numerator, $denominator, $scale, $base_year, $zero_is_missing)
    where value is not null
)
select * from final
order by year
