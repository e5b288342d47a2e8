-- purpose: costs of the services of a composite in each municipality, with the residents of each service's age group
--   and all residents; composition, expected costs and cost differences follow from them (docs/methods.md 9, 10).
-- grain: one row per municipality and part, for municipalities that have every part with all its classes and residents;
--   in order of municipality and of the parts.
-- parameters: $parts (structs of id, task_classes, age_from, age_to); $year.
with
part as (
    select
        generate_subscripts($parts::struct(id varchar, task_classes varchar[], age_from int, age_to int)[], 1) as place,
        unnest($parts::struct(id varchar, task_classes varchar[], age_from int, age_to int)[], recursive := true)
),
cost as (
    select finance.municipality, part.place, sum(finance.eur) as eur
    from finance
    join part on list_contains(part.task_classes, finance.task_class)
    where finance.year = $year
    group by finance.municipality, part.place, len(part.task_classes)
    having count(finance.eur) = len(part.task_classes)
),
heads as (
    select municipality, youngest as age_from, oldest as age_to, persons as heads
    from residents_of(list_transform(
        $parts::struct(id varchar, task_classes varchar[], age_from int, age_to int)[],
        lambda one: {'age_from': one.age_from, 'age_to': one.age_to}
    ))
    where year = $year
),
joined as (
    select part.place, cost.municipality, cost.eur, heads.heads, everybody.persons as residents
    from cost
    join part using (place)
    join heads using (municipality, age_from, age_to)
    join residents(0, 120) as everybody on everybody.municipality = cost.municipality and everybody.year = $year
),
final as (
    select * from joined
    qualify count(*) over (partition by municipality) = len($parts)
)
select * from final
order by municipality, place
