-- purpose: value, rank and the group's quartiles of one ratio in one year, as bench/queries.py asks Datasette.
-- grain: one row per municipality. parameters: :task_class, :age_from, :age_to, :year.
with
cost as (
    select municipality, eur
    from finance
    where task_class = :task_class and year = cast(:year as integer) and municipality <> 'MA1'
),
heads as (
    select municipality, sum(persons) as persons
    from population
    where
        year = cast(:year as integer)
        and age_from >= cast(:age_from as integer)
        and age_to <= cast(:age_to as integer)
    group by municipality
),
figure as (
    select municipality, eur / persons as value
    from cost
    join heads using (municipality)
),
placed as (
    select
        municipality,
        value,
        rank() over (order by value) as rank,
        row_number() over (order by value) - 1 as place,
        count(*) over () - 1 as last
    from figure
),
quartile as (
    -- linear interpolation: the two figures beside a quartile, each weighted by how near it is
    select
        sum(value * max(0, 1 - abs(place - 0.25 * last))) as q1,
        sum(value * max(0, 1 - abs(place - 0.5 * last))) as median,
        sum(value * max(0, 1 - abs(place - 0.75 * last))) as q3
    from placed
),
final as (
    select municipality, value, rank, q1, median, q3 from placed cross join quartile
)
select * from final
