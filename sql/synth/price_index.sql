-- purpose: the price index of an invented country, 2015 = 100.
-- grain: one row per year.
with
final as (
    select
        unnest(range(first_context, last + 1)) as year,
        round(100 * prices(year, last) / prices(2015, last), 1) as value,
        'final' as status
    from span
)
select * from final
order by year
