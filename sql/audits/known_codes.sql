-- rule: Municipalities are in the register and statuses are known.
with
figure as (
    select distinct 'finance' as file, municipality, status from finance
    union
    select distinct 'population', municipality, status from population
),
final as (
    select file, municipality, status
    from figure
    left join municipality as register on register.code = figure.municipality
    where register.code is null or not register.loaded
       or status not in ('final', 'preliminary', 'approximate', 'forecast', 'budget', 'target')
)
select * from final order by all
