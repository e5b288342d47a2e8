-- purpose: the register of municipalities and the reference area MA1 (Mainland Finland), for choices and names.
-- grain: one row per municipality of the division year, and MA1.
with
final as (
    select * from municipality
)
select * from final
order by code
