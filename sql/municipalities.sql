-- purpose: the register of municipalities and the reference area MA1, for choices and names.
-- grain: one row per municipality of the division year.
with
final as (
    select * from municipality
)
select * from final
order by code
