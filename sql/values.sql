-- purpose: the values of indicators, as they are written to the table of values or asked for on another basis.
-- grain: one row per formula (`number`: its place in the list, from 1), year and area.
-- parameters: $formulas (of indicator_values).
with
final as (
    select
        number,
        municipality,
        year,
        value,
        numerator,
        denominator,
        status,
        reason,
        base,
        hidden_low,
        hidden_high,
        above,
        below,
        input,
        input_base
    from indicator_values($formulas)
)
select * from final
order by number, year, municipality
