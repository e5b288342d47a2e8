-- rule: In the State Treasury's figures, expenses are the sum of their kinds and the result is annual margin less depreciation.
with
report as (
    select
        municipality,
        package,
        period,
        count(*) filter (item in (
            'Henkilöstökulut yhteensä', 'Palvelujen ostot', 'Aineet, tarvikkeet ja tavarat', 'Avustukset',
            'Muut toimintakulut'
        )) as kinds,
        sum(case
            when item = 'Toimintakulut yhteensä' then -value
            when item in (
                'Henkilöstökulut yhteensä', 'Palvelujen ostot', 'Aineet, tarvikkeet ja tavarat', 'Avustukset',
                'Muut toimintakulut'
            ) then value
        end) as of_kinds,
        count(*) filter (item = 'Toimintakulut yhteensä') as totals,
        count(*) filter (
            item in ('Vuosikate +/-', 'Poistot ja arvonalentumiset', 'Tilikauden tulos +/-')
        ) as results,
        sum(case
            when item in ('Vuosikate +/-', 'Satunnaiset erät +/-') then value
            when item in ('Poistot ja arvonalentumiset', 'Tilikauden tulos +/-') then -value
        end) as of_result
    from cells
    where package = 'KKNR' and "column" = 'actual'
    group by municipality, package, period
),
final as (
    select municipality, period, 'expenses' as identity, round(of_kinds, 2) as difference
    from report
    where kinds = 5 and totals = 1 and abs(of_kinds) >= 0.01
    union all
    select municipality, period, 'result', round(of_result, 2)
    from report
    where results = 3 and abs(of_result) >= 0.01
)
select * from final order by all
