-- purpose: composition of a composite (children's services, services for older people): each task class in a
--   municipality and in the group as one municipality, per head of the age group and per resident.
-- grain: one row per task class. Members without all classes or residents are left out of the group; `members` is the
--   number of those that remain.
-- parameters: $task_classes, $age_from, $age_to (of the composite); $year; $municipality; $group_id, $listed, $aland
--   (the group); $price_year (euros at the prices of that year; null: of the year itself, docs/methods.md 3).
with
factor as (
    select
        case when $price_year::int is null then 1.0
            else (select value from price_index where year = $price_year)
                / (select value from price_index where year = $year)
        end as prices
),
place as (
    select municipality from members_of($group_id, $listed, $aland)
    union
    select $municipality
),
heads as (
    select aged.municipality, aged.persons as heads, everybody.persons as residents
    from residents($age_from, $age_to) as aged
    join residents(0, 120) as everybody using (municipality, year)
    where aged.year = $year
),
cost as (
    select municipality, task_class, eur * (select prices from factor) as eur
    from finance
    where year = $year
      and list_contains($task_classes::varchar[], task_class)
      and municipality in (select municipality from place)
),
whole as (
    select municipality
    from cost
    join heads using (municipality)
    group by municipality
    having count(eur) = len($task_classes::varchar[])
),
member as (
    select municipality
    from whole
    where municipality in (select municipality from members_of($group_id, $listed, $aland))
),
chosen_municipality as (
    select task_class, eur, eur / heads as per_head, eur / residents as per_resident
    from cost
    join heads using (municipality)
    where municipality = $municipality and municipality in (select municipality from whole)
),
grouped as (
    select
        task_class,
        sum(eur) / sum(heads) as group_per_head,
        sum(eur) / sum(residents) as group_per_resident,
        count(*) as members
    from cost
    join heads using (municipality)
    where municipality in (select municipality from member)
    group by task_class
),
final as (
    select
        task_class,
        chosen_municipality.eur,
        chosen_municipality.per_head,
        chosen_municipality.per_resident,
        grouped.group_per_head,
        grouped.group_per_resident,
        grouped.members
    from chosen_municipality
    full join grouped using (task_class)
)
select * from final
order by list_position($task_classes::varchar[], task_class)
