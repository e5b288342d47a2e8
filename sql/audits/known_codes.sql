-- rule: Municipalities are in the register and loaded, and statuses are known.
with
figure as (
    select distinct 'finance' as file, municipality, status from finance
    union
    select distinct 'statement', municipality, status from statement
    union
    select distinct 'cells', municipality, status from cells
    union
    select distinct 'activity', municipality, status from activity
    union
    select distinct 'population', municipality, status from population
    union
    select distinct 'projection', municipality, status from projection
),
final as (
    select file, municipality, status
    from figure
    left join municipality as register on register.code = figure.municipality
    where register.code is null or not register.loaded
       or not list_contains(statuses(), status)
)
select * from final order by all
