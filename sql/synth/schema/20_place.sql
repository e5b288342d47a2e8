-- purpose: properties of an invented municipality: residents in the last year, yearly growth, age structure (0 = as the
--   country), and cost level of its services.
-- grain: one row per municipality.
create table place as
select
    code,
    number,
    least(500 + exp(8.5 + 1.2 * normal('size', number, 0)), 700000) as residents,
    -0.003 + 0.006 * normal('growth', number, 0) + 0.002 * normal('size', number, 0) as growth,
    0.3 * normal('age', number, 0) - 0.15 * normal('size', number, 0) as age,
    exp(0.06 * normal('thrift', number, 0)) as dearness
from place_code;

-- purpose: residents by age in whole persons, in the age bands of the statistics or of the projection.
-- grain: one row per area (MA1 too), year and band, and the total 0–120.
create macro residents_by_age(first_year, last_year, single_years) as table
with
place_year as (
    select
        code as municipality,
        year,
        residents * exp(growth * years_away(year, span.last)) as residents,
        age + 0.012 * years_away(year, span.last) as age
    from place
    cross join (select unnest(range(first_year, last_year + 1)) as year)
    cross join span
),
banded as (
    select municipality, year, residents, age_from, age_to, weight * exp(age * (middle - 42) / 40) as weight
    from place_year
    cross join age_band
    where age_band.single = single_years
),
whole as (
    select municipality, year, sum(weight order by age_from) as weight from banded group by municipality, year
),
counted as (
    select municipality, year, age_from, age_to, round(banded.residents * banded.weight / whole.weight) as persons
    from banded
    join whole using (municipality, year)
),
counted_with_total as (
    select * from counted
    union all
    select municipality, year, 0, 120, sum(persons) from counted group by municipality, year
),
final as (
    select * from counted_with_total
    union all
    select 'MA1', year, age_from, age_to, sum(persons) from counted_with_total group by year, age_from, age_to
)
select * from final;

-- purpose: residents of the age groups that a table of levels per head needs.
-- grain: one row per municipality, year and age group of the levels.
-- parameters: levels and residents, names of tables (the latter is created after this macro).
create macro heads_of(levels, residents) as table
with
asked as (
    select distinct youngest, oldest from query_table(levels)
)
select band.municipality, band.year, asked.youngest, asked.oldest, sum(band.persons) as heads
from query_table(residents) as band
join asked
    on band.age_from >= asked.youngest and band.age_to <= asked.oldest
    and (band.age_to - band.age_from = 120) = (asked.oldest - asked.youngest = 120)
where band.municipality <> 'MA1'
group by band.municipality, band.year, asked.youngest, asked.oldest;
