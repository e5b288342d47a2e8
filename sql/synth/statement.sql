-- purpose: items of the financial statements of an invented country that indicators use; whole thousands of euros.
-- grain: one row per area, year and item.
with
drawn_item as (
    select
        heads.municipality,
        heads.year,
        label as item,
        (1000 * round(
            heads.heads * spread_about(level, spread, normal(label, place.number, 0)) * prices(heads.year, span.last)
            * exp(0.05 * normal(label, place.number, heads.year)) / 1000
        ))::bigint as eur
    from item_level
    join heads_of('item_level', 'population') as heads using (youngest, oldest)
    join place on place.code = heads.municipality
    cross join span
    where heads.year >= span.first
),
figure as (
    select * from drawn_item
    union all
    select municipality, year, 'Vastaavaa yhteensä', sum(eur)
    from drawn_item
    where item in (
        'Oma pääoma yhteensä', 'Poistoero ja vapaaehtoiset varaukset yhteensä', 'Vieras pääoma yhteensä'
    )
    group by municipality, year
    union all
    -- no extraordinary items and no appropriations: the result is the surplus
    select municipality, year, label, sum(case item when 'Vuosikate +/-' then eur else -eur end)
    from drawn_item
    cross join (values ('Tilikauden tulos +/-'), ('Tilikauden ylijäämä (alijäämä) +/-')) as same (label)
    where item in ('Vuosikate +/-', 'Poistot ja arvonalentumiset')
    group by municipality, year, label
),
final as (
    select *, 'final' as status from figure
    union all
    select 'MA1', year, item, sum(eur), 'final' from figure group by year, item
)
select * from final
order by item, year, municipality
