-- purpose: lines of the external financial statements, of Statistics Finland and, from 2021 on, of the State Treasury
--   (docs/methods.md 12, 22); only whole years, and only what has happened.
-- grain: one row per area, year and item.
create view statement_line as
select municipality, year, item, eur::double as eur, status from statement
union all
select municipality, value_year, item, value, status
from cells
where package = 'KKNR' and period like '%C12' and counterparty = 'external' and service = '' and unit = 'eur';
