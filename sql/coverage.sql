-- purpose: number of municipalities with a value of an indicator in each year.
-- grain: one row per year with any value.
-- parameters: $formula (of indicator_value).
with
final as (
    select year, count(value) as places
    from indicator_value($formula)
    where municipality <> 'MA1'
    group by year
    having count(value) > 0
)
select * from final
order by year
