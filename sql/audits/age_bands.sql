-- rule: Age bands of one year do not overlap.
with
band as (
    select * from population where not (age_from = 0 and age_to = 120)
),
final as (
    select municipality, year, a.age_from, a.age_to, b.age_from as other_from, b.age_to as other_to
    from band as a
    join band as b using (municipality, year)
    where (a.age_from, a.age_to) < (b.age_from, b.age_to) and b.age_from <= a.age_to
)
select * from final order by all
