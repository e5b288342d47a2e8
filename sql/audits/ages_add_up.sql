-- rule: Where every year of age is known, the ages add up to all residents.
with
resident as (
    select 'population' as file, * exclude (status) from population
    union all
    select 'projection', * exclude (status, made) from projection
),
band as (
    select file, municipality, year, sum(persons) as added
    from resident
    where age_to - age_from < 120
    group by all
    having sum(age_to - age_from + 1) = 121
),
final as (
    select file, municipality, year, resident.persons as published, band.added
    from band
    join resident using (file, municipality, year)
    where resident.age_from = 0 and resident.age_to = 120 and abs(resident.persons - band.added) > 0.5
)
select * from final order by all
