-- purpose: the name of a line of the economics of education: the service before the item.
-- grain: one value.
create macro education_line(service, item) as
    case service
        when 'pre_primary' then 'Esiopetus'
        when 'basic_education' then 'Perusopetus'
        when 'upper_secondary' then 'Lukiokoulutus'
    end || ': ' || item;

-- purpose: lines of the external financial statements, of Statistics Finland and, from 2021 on, of the State Treasury
--   (docs/methods.md 12, 22); only whole years, and only what has happened. Lines of the whole group, and those of the
--   economics of education (of which pupils are persons and not euros), have its name before their own.
-- grain: one row per area, year and item.
create view statement_line as
select municipality, year, item, eur::double as eur, status from statement
union all
select municipality, value_year, item, value, status
from cells
where package = 'KKNR' and period like '%C12' and counterparty = 'external' and service = '' and unit = 'eur'
union all
select municipality, value_year, 'Konserni: ' || item, value, status
from cells
where package = 'KKOTR' and unit = 'eur'
union all
select municipality, value_year, education_line(service, item), value, status
from cells
where package = 'TOTT';

-- purpose: reasons why the State Treasury's line of a statement is missing (docs/methods.md 2).
-- grain: one row per municipality, year and item.
create view missing_line as
select
    municipality,
    period[:4]::int as year,
    case package when 'KKOTR' then 'Konserni: ' || item else item end as item,
    max(reason) as reason
from missing_cells
where service = '' and (package = 'KKOTR' or (package = 'KKNR' and period like '%C12'))
group by all
union all
-- an empty item stands for all items of the service
select missing.municipality, missing.period[:4]::int, education_line(missing.service, line.item), max(missing.reason)
from missing_cells as missing
join (values ('Käyttökustannukset yhteensä'), ('Oppilasmäärä')) as line (item) on missing.item in ('', line.item)
where missing.package = 'TOTT'
group by all;
