-- purpose: population projection of an invented country, made in its last year.
-- grain: one row per area, year and year of age, and the total 0–120.
with
final as (
    select municipality, year, age_from, age_to, persons, span.last as made, 'forecast' as status
    from residents_by_age((select last from span), (select last_projected from span), true)
    cross join span
)
select * from final
order by age_from, age_to, year, municipality
