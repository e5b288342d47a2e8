-- purpose: a group over the years, for the line beside that of a municipality.
-- grain: one row per year with any value.
-- parameters: $formula, $group_id, $listed, $aland (as in peer_summary.sql).
with
member as (
    select municipality from members_of($group_id, $listed, $aland)
),
shown as (
    select *, coalesce(reason, 'not_organised_part') = 'not_organised_part' as summed
    from indicator_value($formula)
    where municipality in (select municipality from member)
),
final as (
    select
        year,
        count(value) as n,
        median(value) as median,
        quantile_cont(value, 0.25) as q1,
        quantile_cont(value, 0.75) as q3,
        ratio_of_sums(
            $formula,
            sum(above) filter (summed), sum(below) filter (summed),
            sum(input) filter (summed), sum(input_base) filter (summed)
        ) as ratio_of_sums
    from shown
    group by year
    having count(value) > 0
)
select * from final
order by year
