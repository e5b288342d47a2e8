-- purpose: the structural variables by which peers are chosen (docs/methods.md 7): `value` as it is shown, `compared` as
--   it is compared: the logarithm of residents and of residents per km², the root of the share of Swedish speakers.
-- grain: one row per loaded municipality and variable with a figure: of every year, or with $year only of the variable's
--   latest year up to it.
-- parameters: $age_from, $age_to (age group of the service); $year (null: every year); $measures (structs of variable
--   and measure, for variables that are loaded as measures).
with
place as (
    select code as municipality, aland, land_km2 from municipality where loaded and code <> 'MA1'
),
everybody as (
    select municipality, year, persons from residents(0, 120) where persons > 0
),
aged as (
    select municipality, year, persons from residents($age_from::int, $age_to::int)
),
asked as (
    select unnest($measures::struct(variable varchar, measure varchar)[], recursive := true)
),
figure as (
    select municipality, year, 'population' as variable, persons as value from everybody
    union all
    select municipality, year, 'density', persons / land_km2
    from everybody
    join place using (municipality)
    where land_km2 > 0
    union all
    select municipality, year, 'age_share', 100 * aged.persons / everybody.persons
    from aged
    join everybody using (municipality, year)
    where $age_to::int - $age_from::int < 120
    union all
    select municipality, now.year, 'age_change', 100 * (now.persons / before.persons - 1)
    from aged as now
    join aged as before using (municipality)
    where before.year = now.year - 5 and before.persons > 0
    union all
    select municipality, year, asked.variable, value
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
final as (
    select
        municipality,
        aland,
        variable,
        figure.year,
        value,
        case
            when variable in ('population', 'density') then ln(value)
            when variable = 'swedish' then sqrt(value)
            else value
        end as compared
    from figure
    join place using (municipality)
    left join latest using (variable)
    where $year is null or figure.year = latest.year
)
select * from final
order by municipality, variable, year
