-- purpose: residents of age groups in the population projection.
-- grain: one row per age group (`place`: its place in the list, from 1), area and year that has the whole age group.
-- parameters: $ages (structs of age_from, age_to).
with
age_group as (
    select
        generate_subscripts($ages::struct(age_from int, age_to int)[], 1) as place,
        unnest($ages::struct(age_from int, age_to int)[], recursive := true)
),
final as (
    select age_group.place, projection.municipality, projection.year, sum(projection.persons) as persons
    from projection
    join age_group
        on projection.age_from >= age_group.age_from and projection.age_to <= age_group.age_to
        and (projection.age_to - projection.age_from = 120) = (age_group.age_to - age_group.age_from = 120)
    where projection.persons is not null
    group by age_group.place, projection.municipality, projection.year, age_group.age_from, age_group.age_to
    having sum(projection.age_to - projection.age_from + 1) = age_group.age_to - age_group.age_from + 1
)
select * from final
order by place, municipality, year
