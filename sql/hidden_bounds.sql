-- purpose: bounds of a group's figures where the source hides counts of some members (docs/methods.md 2): each hidden
--   count may be anything from zero to the largest count that is hidden.
-- grain: one row per member with a value or a hidden count: its rank (of `ranked`) and percentile (from the lowest
--   value) at both ends, or both ends of a hidden value. Repeated on every row, of the group: n members, median,
--   quartiles and ratio of sums at both ends. An unknown end is null.
-- parameters: $formula (of indicator_value); $year; $group_id, $listed, $aland; $highest_first; $least_base (as in
--   peer_summary.sql).
with
shown as (
    select
        municipality,
        value,
        coalesce(base >= $least_base, true) as has_base,
        coalesce(hidden_low, value) as low,
        -- an unknown upper end is above every other value
        coalesce(hidden_high, value, 1e300) as high,
        below,
        hidden_low,
        hidden_high
    from indicator_value($formula, years := [$year])
    where year = $year and municipality in (select municipality from members_of($group_id, $listed, $aland))
      and (value is not null or hidden_low is not null)
),
summary as (
    select
        count(*) as n,
        median(low) as median_low,
        median(high) as median_high,
        quantile_cont(low, 0.25) as q1_low,
        quantile_cont(high, 0.25) as q1_high,
        quantile_cont(low, 0.75) as q3_low,
        quantile_cont(high, 0.75) as q3_high,
        sum(low * below) / sum(below) as ratio_of_sums_low,
        sum(high * below) / sum(below) as ratio_of_sums_high
    from shown
),
place as (
    select
        one.municipality,
        count(*) filter (other.high < one.value) as surely_less,
        count(*) filter (other.low < one.value) as maybe_less,
        count(*) filter (other.low > one.value) as surely_more,
        count(*) filter (other.high > one.value) as maybe_more,
        count(*) filter (other.has_base and other.high < one.value) as ranked_surely_less,
        count(*) filter (other.has_base and other.low < one.value) as ranked_maybe_less,
        count(*) filter (other.has_base and other.low > one.value) as ranked_surely_more,
        count(*) filter (other.has_base and other.high > one.value) as ranked_maybe_more,
        count(*) filter (other.has_base) as ranked,
        count(*) as n
    from shown as one
    cross join shown as other
    where one.value is not null and one.has_base
    group by one.municipality
),
final as (
    select
        shown.municipality,
        case when $highest_first then 1 + ranked_surely_more else 1 + ranked_surely_less end as rank_low,
        case when $highest_first then 1 + ranked_maybe_more else 1 + ranked_maybe_less end as rank_high,
        -- half of the equal values count: those neither certainly below nor possibly above (docs/methods.md 5)
        100.0 * (surely_less + 0.5 * (place.n - surely_less - maybe_more)) / place.n as percentile_low,
        100.0 * (maybe_less + 0.5 * (place.n - maybe_less - surely_more)) / place.n as percentile_high,
        shown.hidden_low as value_low,
        shown.hidden_high as value_high,
        place.ranked,
        summary.n,
        median_low,
        case when median_high < 1e200 then median_high end as median_high,
        q1_low,
        case when q1_high < 1e200 then q1_high end as q1_high,
        q3_low,
        case when q3_high < 1e200 then q3_high end as q3_high,
        ratio_of_sums_low,
        case when ratio_of_sums_high < 1e200 then ratio_of_sums_high end as ratio_of_sums_high
    from shown
    cross join summary
    left join place using (municipality)
)
select * from final
order by municipality
