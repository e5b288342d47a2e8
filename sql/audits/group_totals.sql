-- rule: Task classes add up to the published total.
with
total as (
    select municipality, year, eur from finance where task_class = 'Käyttötalous yhteensä'
),
parts as (
    select municipality, year, sum(eur) as eur from finance where task_class not like '% yhteensä' group by all
),
final as (
    select municipality, year, total.eur as published, parts.eur as added
    from total
    full join parts using (municipality, year)
    where total.eur is distinct from parts.eur
)
select * from final order by all
