-- purpose: the drivers of a model of need in a year (docs/methods.md 9).
-- grain: one row per loaded municipality and driver with a figure.
-- parameters: $year; $shares (structs of driver, age_from, age_to: per cent of residents); $densities (the same: logarithm
--   of those residents per km² of land); $measures (structs of driver and measure); $bilingual (drivers that are 1 where
--   the register has the municipality as bilingual, else 0).
with
place as (
    select code as municipality, language_code, land_km2 from municipality where loaded and code <> 'MA1'
),
share as (
    select unnest($shares::struct(driver varchar, age_from int, age_to int)[], recursive := true)
),
density as (
    select unnest($densities::struct(driver varchar, age_from int, age_to int)[], recursive := true)
),
asked as (
    select unnest($measures::struct(driver varchar, measure varchar)[], recursive := true)
),
aged as (
    select municipality, youngest, oldest, persons
    from residents_of(
        list_transform(
            list_concat($shares::struct(driver varchar, age_from int, age_to int)[], $densities),
            lambda one: {'age_from': one.age_from, 'age_to': one.age_to}
        )
    )
    where year = $year
),
found as (
    select municipality, driver, 100 * aged.persons / everybody.persons as value
    from aged
    join share on share.age_from = aged.youngest and share.age_to = aged.oldest
    join residents(0, 120) as everybody using (municipality)
    where everybody.year = $year and everybody.persons > 0
    union all
    select municipality, driver, ln(persons / land_km2)
    from aged
    join density on density.age_from = aged.youngest and density.age_to = aged.oldest
    join place using (municipality)
    where persons > 0 and land_km2 > 0
    union all
    select municipality, driver, value
    from activity
    join asked using (measure)
    where year = $year and value is not null
    union all
    select municipality, unnest($bilingual::varchar[]), if(language_code in ('1', '3'), 1, 0)
    from place
    where language_code is not null
),
final as (
    select found.*
    from found
    join place using (municipality)
)
select * from final
order by municipality, driver
