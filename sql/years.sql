-- purpose: the years that have at least one value of an indicator and in which its task is municipal: those few
--   municipalities that keep a task after it has moved would move everybody's newest year.
-- grain: one row per year; `places`: the municipalities with a value.
-- parameters: $formula (of indicator_value).
with
final as (
    select year, count(*) filter (where municipality <> 'MA1') as places
    from indicator_value($formula)
    where value is not null
      and year < coalesce($formula['moved_from']::int, 32767)
    group by year
)
select * from final
order by year
