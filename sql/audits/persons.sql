-- rule: Numbers of residents are not negative, and no age group is larger than all residents.
with
resident as (
    select 'population' as file, municipality, year, age_from, age_to, persons from population
    union all
    select 'projection', municipality, year, age_from, age_to, persons from projection
),
everybody as (
    select file, municipality, year, persons as residents from resident where age_from = 0 and age_to = 120
),
final as (
    select file, municipality, year, age_from, age_to, persons
    from resident
    left join everybody using (file, municipality, year)
    where persons < 0 or persons > residents
)
select * from final order by all
