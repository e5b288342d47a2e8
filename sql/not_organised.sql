-- purpose: which municipalities do not organise which parts of a composite or a total themselves.
-- grain: one row per municipality, year and part.
-- parameters: $parts (of the macro not_organised).
with
final as (
    select municipality, year, id from not_organised($parts)
)
select * from final
order by municipality, year, id
