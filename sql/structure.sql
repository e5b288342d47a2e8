-- purpose: the structural variables by which peers are chosen, each in its latest year up to the one asked for, with
--   z = (x − median) ÷ (1.4826 · MAD) over the loaded municipalities of Mainland Finland (docs/methods.md 7).
-- grain: one row per loaded municipality and variable with a figure; z is null where the variable does not vary.
-- parameters: $age_from, $age_to (age group of the service); $year; $measures (structs of variable and measure, for
--   variables that are loaded as measures).
with
place as (
    select code as municipality, aland from municipality where loaded and code <> 'MA1'
),
aged as (
    select municipality, year, persons from residents($age_from::int, $age_to::int)
),
asked as (
    select unnest($measures::struct(variable varchar, measure varchar)[], recursive := true)
),
figure as (
    select municipality, year, 'population' as variable, persons as value, ln(persons) as compared
    from residents(0, 120) where persons > 0
    union all
    select
        municipality,
        year,
        'age_share',
        100 * aged.persons / everybody.persons,
        100 * aged.persons / everybody.persons
    from aged
    join residents(0, 120) as everybody using (municipality, year)
    where $age_to::int - $age_from::int < 120 and everybody.persons > 0
    union all
    select
        now.municipality,
        now.year,
        'age_change',
        100 * (now.persons / before.persons - 1),
        100 * (now.persons / before.persons - 1)
    from aged as now
    join aged as before on before.municipality = now.municipality and before.year = now.year - 5
    where before.persons > 0
    union all
    select municipality, year, asked.variable, value, value
    from activity
    join asked using (measure)
    where value is not null
),
latest as (
    select variable, max(year) as year
    from figure
    join place using (municipality)
    where not aland and year <= $year
    group by variable
),
scale as (
    select variable, year, median(compared) as centre, nullif(1.4826 * mad(compared), 0) as unit
    from figure
    join latest using (variable, year)
    join place using (municipality)
    where not aland
    group by variable, year
),
final as (
    select municipality, aland, variable, year, value, (compared - centre) / unit as z
    from figure
    join scale using (variable, year)
    join place using (municipality)
)
select * from final
order by municipality, variable
