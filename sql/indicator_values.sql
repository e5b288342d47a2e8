-- purpose: one indicator for chosen areas and years, as the API and the tables show it.
-- grain: one row per area and year; `base` is the number of persons it rests on. Without $municipalities only loaded areas come, without $years only years with figures.
-- parameters: $formula (of indicator_value); $municipalities, $years.
with
final as (
    select municipality, year, numerator, denominator, value, status, reason, base
    from indicator_value($formula, years := $years)
    where (case when $municipalities::varchar[] is null then loaded else list_contains($municipalities::varchar[], municipality) end)
      and (case when $years::int[] is null then reason is distinct from 'no_year' else list_contains($years::int[], year) end)
)
select * from final
order by municipality, year
