-- purpose: one indicator for chosen areas and years, as the API and the tables show it.
-- grain: one row per area and year; areas without loaded figures come only when they are asked for.
-- parameters: $task_classes, $age_from, $age_to, $zero_is_missing (the formula); $municipalities (null = all loaded), $years (null = all).
with
final as (
    select municipality, year, numerator, denominator, value, status, reason
    from indicator_value($task_classes, $age_from, $age_to, $zero_is_missing)
    where (case when $municipalities::varchar[] is null then loaded else list_contains($municipalities::varchar[], municipality) end)
      and ($years::int[] is null or list_contains($years::int[], year))
)
select * from final
order by municipality, year
