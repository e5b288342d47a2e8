-- purpose: parts of a composite or a published total that municipalities do not organise themselves.
-- grain: one row per municipality, year and part.
-- parameters: $parts (of the macro not_organised).
with
final as (
    select municipality, year, id from not_organised($parts)
)
select * from final
order by municipality, year, id
