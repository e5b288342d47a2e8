-- purpose: all residents of each area at the end of a year.
-- grain: one row per area with a figure.
-- parameters: $year.
with
final as (
    select municipality, persons from residents(0, 120) where year = $year
)
select * from final
