-- purpose: residents of an invented country, beginning some years before its first costs.
-- grain: one row per area, year and age band, and the total 0–120.
with
final as (
    select municipality, year, age_from, age_to, persons, 'final' as status
    from residents_by_age((select first_context from span), (select last from span), false)
)
select * from final
order by age_from, age_to, year, municipality
