-- rule: Numbers of residents are not negative, and no age group is larger than all residents.
with
everybody as (
    select municipality, year, persons from population where age_from = 0 and age_to = 120
),
final as (
    select municipality, year, age_from, age_to, population.persons
    from population
    left join everybody using (municipality, year)
    where population.persons < 0 or population.persons > everybody.persons
)
select * from final order by all
