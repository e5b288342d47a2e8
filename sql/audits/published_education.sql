-- rule: Net costs of education and culture per resident equal the published key figure within 0.1 % in at least 99 % of municipalities.
-- Municipalities with a merger are left out: the key figure is published for the area of its own time.
with
pair as (
    select municipality, year, finance.eur / population.persons as computed, activity.value as published
    from finance
    join population using (municipality, year)
    join activity using (municipality, year)
    join municipality as register on register.code = finance.municipality
    where finance.task_class = 'Opetus- ja kulttuuritoiminta yhteensä'
      and activity.measure = 'key_M497'
      and population.age_from = 0 and population.age_to = 120
      and register.predecessors is null
),
unequal as (
    select * from pair where abs(computed - published) > greatest(0.001 * abs(published), 0.06)
),
final as (
    select municipality, year, round(computed, 1) as computed, published
    from unequal
    where (select count(*) from unequal) > 0.01 * (select count(*) from pair)
)
select * from final order by all
