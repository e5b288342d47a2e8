-- purpose: the budgets and plans of all municipalities for one indicator beside what happened (docs/methods.md 22).
-- grain: one row per municipality, year, period of the budget and column (budget, budget_amended, plan_1, plan_2).
--   `eur`; `persons` at the end of the year and `value` = eur / persons, null where they are not known; `actual`: the
--   euros of the accounts; `difference` = 100 × (eur − actual) / |actual|, null without an actual.
-- parameters: $items (of the budget, added up); $formula (its numerator is the actual).
with
planned as (
    select municipality, value_year as year, period, "column", any_value(status) as status, sum(value) as eur
    from cells
    where package = 'KTAS' and unit = 'eur' and service = '' and list_contains($items::varchar[], item)
    group by all
    having count(value) = len($items::varchar[])
),
accounts as (
    select municipality, year, amount from amounts_of([$formula]) where side = 'upper' and whole
),
final as (
    select
        planned.*,
        everybody.persons,
        planned.eur / everybody.persons as value,
        accounts.amount as actual,
        100 * (planned.eur - accounts.amount) / abs(accounts.amount) as difference
    from planned
    left join accounts on accounts.municipality = planned.municipality and accounts.year = planned.year
    left join residents(0, 120) as everybody
        on everybody.municipality = planned.municipality and everybody.year = planned.year
)
select * from final
order by year, period desc, "column", municipality
