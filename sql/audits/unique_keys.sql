-- rule: Every figure stands once.
with
key as (
    select 'finance' as file, concat_ws(' ', municipality, year, task_class) as key from finance
    union all
    select 'statement', concat_ws(' ', municipality, year, item) from statement
    union all
    select 'activity', concat_ws(' ', municipality, year, measure) from activity
    union all
    select 'population', concat_ws(' ', municipality, year, age_from, age_to) from population
    union all
    select 'projection', concat_ws(' ', municipality, year, age_from, age_to) from projection
    union all
    select 'price_index', year::varchar from price_index
    union all
    select 'municipality', code from municipality
),
final as (
    select file, key from key group by all having count(*) > 1
)
select * from final order by all
