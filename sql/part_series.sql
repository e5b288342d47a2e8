-- purpose: costs of the parts of a composite or a sector in an area over the years.
-- grain: one row per part and year in which the area has every task class of the part.
-- parameters: $parts (id and task_classes); $municipality (or MA1); $price_year (null: prices of each year itself).
with
part as (
    select unnest($parts::struct(id varchar, task_classes varchar[])[], recursive := true)
),
final as (
    select
        part.id,
        finance.year,
        sum(finance.eur) * coalesce(any_value(base.value) / any_value(price.value), 1) as eur
    from finance
    join part on list_contains(part.task_classes, finance.task_class)
    left join price_index as price on price.year = finance.year and $price_year::int is not null
    left join price_index as base on base.year = $price_year
    where finance.municipality = $municipality
    group by part.id, finance.year, len(part.task_classes)
    having count(finance.eur) = len(part.task_classes)
)
select * from final
order by list_position(list_transform($parts, lambda part: part['id']), id), year
