-- purpose: costs of the parts of a composite or a sector in an area over the years.
-- grain: one row per part and year in which the area has every task class of the part that is municipal then; none
--   from the year on in which none is.
-- parameters: $parts (id and task_classes); $municipality (or MA1); $price_year (null: prices of each year itself).
with
named as (
    select unnest($parts::struct(id varchar, task_classes varchar[])[], recursive := true)
),
part as (
    select
        named.id,
        named.task_classes,
        coalesce(list(moved.year) filter (where moved.year is not null), []) as moved_years
    from named
    left join moved_task as moved on list_contains(named.task_classes, moved.task_class)
    group by named.id, named.task_classes
),
added as (
    select
        part.id,
        part.task_classes,
        part.moved_years,
        finance.year,
        sum(finance.eur) * coalesce(any_value(base.value) / any_value(price.value), 1) as eur,
        count(finance.eur) as classes
    from municipal_cost as finance
    join part on list_contains(part.task_classes, finance.task_class)
    left join price_index as price on price.year = finance.year and $price_year::int is not null
    left join price_index as base on base.year = $price_year
    where finance.municipality = $municipality
    group by part.id, part.task_classes, part.moved_years, finance.year
),
final as (
    select id, year, eur from added where classes = counted_classes(task_classes, moved_years, year)
)
select * from final
order by list_position(list_transform($parts, lambda part: part['id']), id), year
