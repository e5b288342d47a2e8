-- purpose: a group compared in one year: each member's value, rank and percentile, and the group's own figures.
-- grain: one row per member of the group and per chosen area outside it (member = false: not counted and not ranked).
-- parameters: $formula (of indicator_value); $year; $group_id; $listed (members of a listed group); $chosen (areas to
--   include in any case); $aland (include Åland); $highest_first (rank 1 = the highest value); $least_base (persons
--   below which no rank is given).
-- rules: docs/methods.md 1 (median of members, ratio of sums, never an average of ratios), 2 (missing parts), 5
--   (percentile), 6 (ranks, spread), 14 (small municipalities).
with
member as (
    select municipality from members_of($group_id, $listed, $aland)
),
shown as (
    select
        indicator.* exclude (loaded),
        indicator.municipality in (select municipality from member) as member,
        coalesce(indicator.base >= $least_base, true) as has_base,
        -- the group as one municipality includes members that do not organise a part themselves
        coalesce(indicator.reason, 'not_organised_part') = 'not_organised_part' as summed
    from indicator_value($formula, years := [$year]) as indicator
    where indicator.year = $year
      and (
          indicator.municipality in (select municipality from member)
          or list_contains($chosen::varchar[], indicator.municipality)
      )
),
summary as (
    select
        count(value) as n,
        count(*) as members,
        median(value) as median,
        quantile_cont(value, 0.25) as q1,
        quantile_cont(value, 0.75) as q3,
        min(value) as min,
        max(value) as max,
        mad(value) as mad,
        ratio_of_sums(
            $formula,
            sum(above) filter (summed), sum(below) filter (summed),
            sum(input) filter (summed), sum(input_base) filter (summed)
        ) as ratio_of_sums,
        count(*) filter (reason = 'hidden_count') as hidden
    from shown
    where member
),
standing as (
    select
        municipality,
        case
            when has_base
                then rank() over (partition by has_base order by case when $highest_first then -value else value end)
        end as rank,
        count(*) filter (has_base) over () as ranked,
        case
            when has_base
                then 100.0
                    * (rank() over (order by value) - 1 + 0.5 * count(*) over (partition by value))
                    / count(*) over ()
        end as percentile_from_lowest
    from shown
    where member and value is not null
),
final as (
    select
        shown.municipality,
        shown.year,
        shown.value,
        shown.numerator,
        shown.denominator,
        shown.status,
        shown.reason,
        shown.base,
        shown.member,
        standing.rank,
        standing.ranked,
        standing.percentile_from_lowest,
        summary.* exclude (mad),
        coalesce(abs(shown.value - summary.median) / nullif(1.4826 * summary.mad, 0) > 3.5, false) as outlier
    from shown
    cross join summary
    left join standing using (municipality)
)
select * from final
order by value is null, case when $highest_first then -value else value end, municipality
