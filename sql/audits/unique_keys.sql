-- rule: No figure is given twice.
with
final as (
    select 'finance' as file, concat_ws(' ', municipality, year, task_class) as key
    from finance group by municipality, year, task_class having count(*) > 1
    union all
    select 'statement', concat_ws(' ', municipality, year, item)
    from statement_line group by municipality, year, item having count(*) > 1
    union all
    select 'cells', concat_ws(' ', municipality, package, period, item, "column", service, counterparty)
    from cells group by municipality, package, period, item, "column", service, counterparty having count(*) > 1
    union all
    select 'activity', concat_ws(' ', municipality, year, measure)
    from activity group by municipality, year, measure having count(*) > 1
    union all
    select 'population', concat_ws(' ', municipality, year, age_from, age_to)
    from population group by municipality, year, age_from, age_to having count(*) > 1
    union all
    select 'projection', concat_ws(' ', municipality, year, age_from, age_to)
    from projection group by municipality, year, age_from, age_to having count(*) > 1
    union all
    select 'price_index', year::varchar from price_index group by year having count(*) > 1
    union all
    select 'municipality', code from municipality group by code having count(*) > 1
)
select * from final order by all
