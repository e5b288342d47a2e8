-- rule: Costs of education and of social and health care, margins and loans equal the published figures times residents.
-- Within the larger of 0.1 % and €0.06 per resident, in at least 99 % of the municipalities, in the years that have both
-- (docs/methods.md 13).
with
amount as (
    select 'key_M497_eur' as measure, municipality, year, eur
    from finance
    where task_class = 'Opetus- ja kulttuuritoiminta yhteensä'
    union all
    select 'key_M498_eur', municipality, year, eur
    from finance
    where task_class = 'Sosiaali- ja terveystoiminta yhteensä'
    union all
    select 'key_M499_eur', municipality, year, eur from statement where item = 'Vuosikate +/-'
    union all
    select 'key_M496_eur', municipality, year, sum(eur)
    from statement
    where item in (
        'Pitkäaikaiset joukkovelkakirjalainat', 'Pitkäaikaiset lainat rahoitus- ja vakuutuslaitoksilta yhteensä',
        'Pitkäaikaiset lainat julkisyhteisöiltä yhteensä', 'Pitkäaikaiset lainat muilta luotonantajilta yhteensä',
        'Lyhytaikaiset joukkovelkakirjalainat', 'Lyhytaikaiset lainat rahoitus- ja vakuutuslaitoksilta yhteensä',
        'Lyhytaikaiset lainat julkisyhteisöiltä', 'Lyhytaikaiset lainat muilta luotonantajilta yhteensä'
    )
    group by municipality, year
),
pair as (
    select measure, municipality, year, amount.eur / population.persons as computed,
        activity.value / population.persons as published
    from amount
    join population using (municipality, year)
    join activity using (measure, municipality, year)
    where population.age_from = 0 and population.age_to = 120
),
judged as (
    select *, abs(computed - published) > greatest(0.001 * abs(published), 0.06) as unequal from pair
),
final as (
    select measure, municipality, year, round(computed, 1) as computed, round(published, 1) as published
    from judged
    where unequal
    qualify sum(unequal::int) over (partition by measure)
        > 0.01 * (select count(*) from pair where pair.measure = judged.measure)
)
select * from final order by all
