-- rule: Expenses, results and balance sheets that the State Treasury has are the sums of their parts.
-- Of municipalities: expenses by kind, and result = annual margin less depreciation plus extraordinary items. Of
-- groups: the same result, and assets = liabilities. An identity that lacks a required part is not checked.
with
part (identity, package, item, sign, required) as (
    values
    ('expenses', 'KKNR', 'Toimintakulut yhteensä', -1, true),
    ('expenses', 'KKNR', 'Henkilöstökulut yhteensä', 1, true),
    ('expenses', 'KKNR', 'Palvelujen ostot', 1, true),
    ('expenses', 'KKNR', 'Aineet, tarvikkeet ja tavarat', 1, true),
    ('expenses', 'KKNR', 'Avustukset', 1, true),
    ('expenses', 'KKNR', 'Muut toimintakulut', 1, true),
    ('result', 'KKNR', 'Tilikauden tulos +/-', -1, true),
    ('result', 'KKNR', 'Vuosikate +/-', 1, true),
    ('result', 'KKNR', 'Poistot ja arvonalentumiset', -1, true),
    ('result', 'KKNR', 'Satunnaiset erät +/-', 1, false),
    ('group_result', 'KKOTR', 'Tilikauden tulos +/-', -1, true),
    ('group_result', 'KKOTR', 'Vuosikate +/-', 1, true),
    ('group_result', 'KKOTR', 'Poistot ja arvonalentumiset', -1, true),
    ('group_result', 'KKOTR', 'Satunnaiset erät +/-', 1, false),
    ('group_balance', 'KKOTR', 'Vastaavaa yhteensä', -1, true),
    ('group_balance', 'KKOTR', 'Vastattavaa yhteensä', 1, true)
),
needed as (
    select identity, count(*) filter (required) as terms from part group by identity
),
reported as (
    select
        cells.municipality,
        cells.period,
        part.identity,
        round(sum(part.sign * cells.value), 2) as difference,
        count(*) filter (part.required) as terms
    from cells
    join part using (package, item)
    group by cells.municipality, cells.period, part.identity
),
final as (
    select reported.* exclude (terms)
    from reported
    join needed using (identity, terms)
    where abs(difference) >= 0.01
)
select * from final order by all
