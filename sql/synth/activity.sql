-- purpose: measures of an invented country: drawn ones, and key figures that follow from its other tables.
-- grain: one row per area, year and measure. Counts below five are hidden and some rates are missing; Mainland Finland
--   has no rates.
with
drawn_measure as (
    select
        place.code as municipality,
        heads.year,
        measure_level.label as measure,
        measure_level.counted,
        heads.heads,
        least(
            spread_about(level, spread, normal(measure_level.label, place.number, 0))
                * exp(0.03 * normal(measure_level.label, place.number, heads.year)),
            most
        ) as level,
        drawn(measure_level.label, place.number, -heads.year) < span.missing as missing
    from measure_level
    join heads_of('measure_level', 'population') as heads using (youngest, oldest)
    join place on place.code = heads.municipality
    cross join span
),
drawn_figure as (
    select
        municipality,
        year,
        measure,
        counted,
        case when counted then round(heads * level) else round(level, 1) end as value
    from drawn_measure
    where not missing or counted
),
resident as (
    select
        municipality,
        year,
        sum(persons) filter (age_to - age_from = 120) as persons,
        sum(persons) filter (age_to < 15) as under_15,
        sum(persons) filter (age_from >= 65) as over_64
    from population
    where municipality <> 'MA1'
    group by municipality, year
),
amount as (
    select municipality, year, 'key_M497' as measure, eur
    from finance
    where task_class = 'Opetus- ja kulttuuritoiminta yhteensä'
    union all
    select municipality, year, 'key_M498', eur from finance where task_class = 'Sosiaali- ja terveystoiminta yhteensä'
    union all
    select municipality, year, 'key_M499', eur from statement where item = 'Vuosikate +/-'
    union all
    select municipality, year, 'key_M496', sum(eur)
    from statement
    where item in (select unnest(loans) from span)
    group by municipality, year
),
figure as (
    select municipality, year, measure, counted, value from drawn_figure where not counted or abs(value) >= 5
    union all
    select municipality, year, 'key_M411', true, persons from resident
    union all
    select municipality, year, 'key_M391', false, round(100 * under_15 / persons, 1) from resident
    union all
    select municipality, year, 'key_M478', false, round(100 * over_64 / persons, 1) from resident
    union all
    select municipality, year, 'key_M421', false, round(100 * (persons - under_15 - over_64) / persons, 1) from resident
    union all
    select now.municipality, now.year, 'key_M476', false, round(100 * (now.persons / before.persons - 1), 1)
    from resident as now
    join resident as before on before.municipality = now.municipality and before.year = now.year - 1
    union all
    select municipality, year, 'key_M495_eur', true, round(drawn_figure.value * resident.persons)
    from drawn_figure
    join resident using (municipality, year)
    where measure = 'key_M495'
    union all
    select municipality, year, measure, false, round(eur / persons, 1)
    from amount
    join resident using (municipality, year)
),
final as (
    select municipality, year, measure, value, 'final' as status from figure
    union all
    select 'MA1', year, measure, sum(value), 'final'
    from figure
    where counted
    group by year, measure
    having count(*) = (select count(*) from place)
)
select * from final
order by measure, year, municipality
