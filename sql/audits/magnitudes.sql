-- rule: What two sources tell of the same people has the same order of magnitude, so no unit has changed.
-- Residents by age and the key figure, residents 65+ by age and their published share, projected residents of an age and
-- the newest ones: the whole within a factor of two. Counts of people: no more than residents. Personnel expenses of the
-- State Treasury: within a factor of ten of those of the last year of the statistics, since tasks have moved in between.
with
everybody as (
    select municipality, year, persons from population where age_from = 0 and age_to = 120
),
older as (
    select municipality, year, sum(persons) as persons from population where age_from >= 65 group by municipality, year
),
newest as (
    select age_from, age_to, max(year) as year from population where age_to - age_from < 120 group by age_from, age_to
),
people as (
    select 'key_M411' as what, activity.year, activity.value as told, everybody.persons
    from activity
    join everybody using (municipality, year)
    where activity.measure = 'key_M411'
    union all
    select 'key_M478', activity.year, activity.value * everybody.persons / 100, older.persons
    from activity
    join everybody using (municipality, year)
    join older using (municipality, year)
    where activity.measure = 'key_M478'
    union all
    select 'projection', projection.year, projection.persons, population.persons
    from newest
    join population using (age_from, age_to, year)
    join projection using (municipality, age_from, age_to)
    where projection.year = (select min(year) from projection)
),
whole as (
    select what, year, sum(told) as told, sum(persons) as expected
    from people
    group by what, year
),
too_many as (
    select activity.measure as what, activity.year, max(activity.value) as told, max(everybody.persons) as expected
    from activity
    join everybody using (municipality, year)
    where
        (activity.measure like 'sotkanet_%' or activity.measure like '%pupils%' or activity.measure = 'vaka_children')
        and activity.value > greatest(everybody.persons, 100)
    group by all
),
last_statement as (
    select municipality, arg_max(eur, year) as eur
    from statement
    where item = 'Henkilöstökulut yhteensä'
    group by municipality
),
staff as (
    select 'state_treasury' as what, cells.value_year as year, sum(cells.value) as told, sum(last_statement.eur) as expected
    from cells
    join last_statement using (municipality)
    where cells.package = 'KKNR' and cells.period like '%C12' and cells.item = 'Henkilöstökulut yhteensä'
    group by cells.value_year
),
final as (
    select * from whole where told not between expected / 2 and expected * 2
    union all
    select * from too_many
    union all
    select * from staff where told not between expected / 10 and expected * 10
)
select * from final order by all
