-- purpose: the value of a cost ratio, the only place where costs are divided by residents.
-- grain: one row per area of the register (municipalities and MA1) and year of the costs.
-- parameters: task_classes (labels to add up), youngest and oldest age (0 and 120 = all residents),
--   zero_is_missing (true: a sum of zero means "not organised here").
-- rules: METHODS 1 (ratio of sums), 2 (missing is not zero, with the reason), 15 (the weakest status is shown).
create macro indicator_value(task_classes, youngest, oldest, zero_is_missing) as table
with
place_year as (
    select municipality.code as municipality, municipality.loaded, cost_year.year
    from municipality
    cross join (select distinct year from finance where task_class in (select unnest(task_classes::varchar[]))) as cost_year
),
cost as (
    select
        municipality,
        year,
        sum(eur)::double as eur,
        count(*) as classes,
        bool_and(status = 'final') as is_final,
        min(status) filter (status <> 'final') as weaker_status
    from finance
    where task_class in (select unnest(task_classes::varchar[]))
    group by municipality, year
),
-- bands never overlap except the total 0–120 with the others, so an age group is whole when its years add up
residents as (
    select
        municipality,
        year,
        sum(persons)::double as persons,
        sum(age_to - age_from + 1) as years_of_age,
        bool_and(status = 'final') as is_final,
        min(status) filter (status <> 'final') as weaker_status
    from population
    where age_from >= youngest
      and age_to <= oldest
      and (age_to - age_from = 120) = (oldest - youngest = 120)
    group by municipality, year
),
final as (
    select
        place_year.municipality,
        place_year.year,
        place_year.loaded,
        case when cost.classes = len(task_classes::varchar[]) then cost.eur end as numerator,
        case when residents.years_of_age = oldest - youngest + 1 then residents.persons end as denominator,
        case
            when not place_year.loaded then 'not_loaded'
            when numerator is null then 'not_reported'
            when numerator = 0 and zero_is_missing then 'not_organised'
            when denominator is null then 'no_population'
            when denominator = 0 then 'nobody_of_that_age'
        end as reason,
        case when reason is null then numerator / denominator end as value,
        case
            when cost.is_final and residents.is_final then 'final'
            else coalesce(cost.weaker_status, residents.weaker_status)
        end as status
    from place_year
    left join cost using (municipality, year)
    left join residents using (municipality, year)
)
select municipality, year, loaded, numerator, denominator, value, status, reason from final;
