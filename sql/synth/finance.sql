-- purpose: net operating costs of an invented country by task class, with totals, in whole thousands of euros.
-- grain: one row per area, year and task class; zero where small municipalities do not organise a service themselves.
with
drawn_level as (
    select
        place.code as municipality,
        place.number,
        cost_level.* exclude (level, spread),
        place.dearness * spread_about(level, spread, normal(cost_level.label, place.number, 0))
            * (everywhere or place.residents > 4000)::int as per_head
    from place
    cross join cost_level
),
cost as (
    select
        municipality,
        heads.year,
        label as task_class,
        part_of,
        (1000 * round(
            heads.heads * per_head * prices(heads.year, span.last)
            * exp(0.02 * normal(label, number, heads.year)) / 1000
        ))::bigint as eur
    from drawn_level
    join heads_of('cost_level', 'population') as heads using (municipality, youngest, oldest)
    cross join span
    where heads.year >= span.first
),
figure as (
    select municipality, year, task_class, eur from cost
    union all
    select municipality, year, total.label, sum(eur)
    from cost
    join total using (part_of)
    group by municipality, year, total.label
),
final as (
    select municipality, year, task_class, eur, 'final' as status from figure
    union all
    select 'MA1', year, task_class, sum(eur), 'final' from figure group by year, task_class
)
select * from final
order by task_class, year, municipality
