-- purpose: residents of age groups, as counted in the years of which the population projection was made.
-- grain: one row per age group (`place`: its place in the list, from 1), area and year of the projection, from the one
--   in which it was made on, of which the whole age group is known.
-- parameters: $ages (structs of age_from, age_to).
with
age_group as (
    select
        generate_subscripts($ages::struct(age_from int, age_to int)[], 1) as place,
        unnest($ages::struct(age_from int, age_to int)[], recursive := true)
),
projected_year as (
    select distinct year from projection where year >= made
),
final as (
    select age_group.place, known.municipality, known.year, known.persons
    from residents_of($ages) as known
    join projected_year using (year)
    join age_group on age_group.age_from = known.youngest and age_group.age_to = known.oldest
)
select * from final
order by place, municipality, year
