-- purpose: one indicator by area and year, for the API and tables.
-- grain: one row per area and year; `base` is the number of persons that the value rests on. Without $municipalities
--   all loaded areas, without $years all years with figures.
-- parameters: $formula (of indicator_value); $municipalities, $years.
with
final as (
    select municipality, year, numerator, denominator, value, status, reason, base
    from indicator_value($formula, years := $years)
    where
        case
            when $municipalities::varchar[] is null then loaded
            else list_contains($municipalities::varchar[], municipality)
        end
        and case
            when $years::int[] is null then reason is distinct from 'no_year'
            else list_contains($years::int[], year)
        end
)
select * from final
order by municipality, year
