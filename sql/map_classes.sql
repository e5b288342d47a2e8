-- purpose: an indicator on the map: all municipalities in one year, in five classes of equal size.
-- grain: one row per municipality; class 1 holds the lowest values, null without a value; class_min, class_max and
--   class_n are for the legend. Ranks are those of peer_summary.sql.
-- parameters: $formula (of indicator_value); $year; $aland (include Åland).
with
shown as (
    select indicator.municipality, indicator.value, indicator.status, indicator.reason
    from indicator_value($formula, years := [$year]) as indicator
    join municipality as place on place.code = indicator.municipality
    where indicator.year = $year and place.code <> 'MA1' and ($aland or not place.aland)
),
limits as (
    select quantile_cont(value, [0.2, 0.4, 0.6, 0.8]) as at from shown
),
classed as (
    select
        shown.*,
        case when value is not null then 1 + len(list_filter(limits.at, lambda edge: edge < value)) end as class
    from shown
    cross join limits
),
final as (
    select
        *,
        min(value) over (partition by class) as class_min,
        max(value) over (partition by class) as class_max,
        count(value) over (partition by class) as class_n
    from classed
)
select * from final
order by municipality
