-- rule: The State Treasury's expenses are the sum of their kinds, and the result is annual margin less depreciation.
with
term as (
    select municipality, period, 'expenses' as identity, 6 as terms, value, case item
        when 'Toimintakulut yhteensä' then -1
        when 'Henkilöstökulut yhteensä' then 1
        when 'Palvelujen ostot' then 1
        when 'Aineet, tarvikkeet ja tavarat' then 1
        when 'Avustukset' then 1
        when 'Muut toimintakulut' then 1
    end as sign, true as counted
    from cells where package = 'KKNR'
    union all
    select municipality, period, 'result', 3, value, case item
        when 'Tilikauden tulos +/-' then -1
        when 'Vuosikate +/-' then 1
        when 'Poistot ja arvonalentumiset' then -1
        when 'Satunnaiset erät +/-' then 1
    end, item <> 'Satunnaiset erät +/-'
    from cells where package = 'KKNR'
),
final as (
    select municipality, period, identity, round(sum(sign * value), 2) as difference
    from term
    where sign is not null
    group by municipality, period, identity, terms
    having count(*) filter (counted) = terms and abs(difference) >= 0.01
)
select * from final order by all
