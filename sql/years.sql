-- purpose: the years that have at least one value of an indicator.
-- grain: one row per year.
-- parameters: $formula (of indicator_value).
with
final as (
    select distinct year
    from indicator_value($formula)
    where value is not null
)
select * from final
order by year
