-- purpose: residents of age groups in the population projection, of one area or of a group as one municipality.
-- grain: one row per age group and year that has the whole age group in every member; `made` is the year in which the
--   projection was made.
-- parameters: $ages (structs of id, age_from, age_to); $municipality (or MA1; null: the group); $group_id, $listed,
--   $aland (the group).
with
age_group as (
    select unnest($ages::struct(id varchar, age_from int, age_to int)[], recursive := true)
),
place as (
    select municipality from members_of($group_id, $listed, $aland) where $municipality::varchar is null
    union
    select $municipality where $municipality::varchar is not null
),
heads as (
    select
        age_group.id,
        projection.municipality,
        projection.year,
        sum(projection.persons) as persons,
        any_value(projection.made) as made
    from projection
    join age_group
        on projection.age_from >= age_group.age_from and projection.age_to <= age_group.age_to
        and (projection.age_to - projection.age_from = 120) = (age_group.age_to - age_group.age_from = 120)
    where projection.municipality in (select municipality from place) and projection.persons is not null
    group by age_group.id, projection.municipality, projection.year, age_group.age_from, age_group.age_to
    having sum(projection.age_to - projection.age_from + 1) = age_group.age_to - age_group.age_from + 1
),
final as (
    select id, year, sum(persons) as persons, any_value(made) as made
    from heads
    group by id, year
    having count(*) = (select count(*) from place)
)
select * from final
order by list_position(list_transform($ages, lambda age: age['id']), id), year
