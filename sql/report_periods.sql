-- purpose: of which parts of years and whole years there are accounts of the State Treasury (docs/methods.md 22).
-- grain: one row per period; `own`: whether the municipality has reported it.
-- parameters: $municipality.
with
final as (
    select period, bool_or(municipality = $municipality) as own
    from cells
    where package = 'KKNR' and municipality <> 'MA1'
    group by period
)
select * from final
order by period
