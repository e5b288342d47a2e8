-- purpose: the values of indicators; the only place where figures are divided (docs/methods.md 1–4, 12, 14).
-- grain: one row per formula (`number`: its place in the list, from 1), area of the register (municipalities and MA1) and
--   year that has any figure.
-- parameters: formulas, a list of structs of
--   kind: ratio, level, change, index, or awaited (no open source yet);
--   numerator and denominator: terms of amounts_of; scale; base_year: of an index;
--   zero_is_missing: a zero means "not organised here"; zero_parts: parts whose zero means that (structs of id and
--   task_classes);
--   hidden_most: the largest count that the source of the numerator hides; null: it hides none;
--   persons_in: the term that counts the persons a figure rests on: numerator, denominator or null;
--   price_year: euros at the prices of that year; null: of each year itself;
--   years_together: a ratio of the sums over that many years; 1: of the year itself;
--   breaks: first years that are not comparable with earlier ones;
--   moved_from: the first year in which the task is no longer municipal, except in those of kept_by; null: it still is.
-- Every value is scale × (above / below) × (input_base / input), less 100 for a change, so that a group as one
-- municipality is the same quotient of its members' sums; of an index these four are given, of others numerator and
-- denominator are above and below. A level has no sum. `hidden_low` and `hidden_high` are the
-- bounds of a value whose count is hidden (an unknown upper bound is null).
create macro indicator_values(formulas) as table
with
formula as materialized (
    select generate_subscripts(formulas::formula[], 1) as number, unnest(formulas::formula[], max_depth := 2)
),
asked as materialized (
    select
        formula.* exclude (numerator, denominator, zero_parts, breaks, years_together),
        formula.denominator.age_from is not null as by_age,
        case when kind = 'ratio' then years_together else 1 end as years_together
    from formula
),
-- whether the years that a figure compares lie on both sides of a break
asked_year as materialized (
    select
        asked.number,
        data_year.year,
        len(list_filter(formula.breaks, lambda b: b > least(data_year.year, case asked.kind
            when 'index' then asked.base_year
            when 'change' then data_year.year - 1
            else data_year.year - asked.years_together + 1
        end) and b <= greatest(data_year.year, case asked.kind when 'index' then asked.base_year else data_year.year end)))
            > 0 as broken
    from asked
    join formula using (number)
    cross join data_year
),
amount as materialized (
    select * from amounts_of(formulas)
),
upper as (
    select * from amount where side = 'upper' and whole
),
lower as (
    select * from amount where side = 'lower' and whole
),
-- years in which any area has a part, even if none has all
amount_year as (
    select distinct number, side, year from amount
),
zero_class as (
    select number, part.id, len(part.task_classes) as classes, unnest(part.task_classes) as task_class
    from (select number, unnest(zero_parts) as part from formula)
),
without_part as (
    select distinct number, municipality, year
    from (
        select zero_class.number, finance.municipality, finance.year
        from finance
        join zero_class using (task_class)
        group by zero_class.number, zero_class.id, zero_class.classes, finance.municipality, finance.year
        having count(finance.eur) = zero_class.classes and bool_and(finance.eur = 0)
    )
),
yearly as (
    select
        asked.number,
        place.code as municipality,
        data_year.year,
        place.loaded,
        upper.amount
            * case when asked.price_year is null then 1.0 else base_price.value / price_index.value end as upper,
        upper.amount is not null and asked.price_year is not null and price_index.value is null as no_price,
        lower.amount as lower,
        price_index.value as price,
        greatest(upper.weakness, lower.weakness) as weakness,
        without_part.municipality is not null as without_part,
        refused.reason as refused,
        upper_year.year is null as no_upper,
        lower_year.year is null as no_lower,
        -- no upper bound for merged municipalities: one part's count may be hidden while another's is shown
        case when place.former is null then asked.hidden_most end as hidden_most,
        upper.amount is null and asked.hidden_most is not null and upper_year.year is not null as hidden,
        asked.years_together
    from municipality as place
    cross join data_year
    cross join asked
    left join upper
        on upper.number = asked.number and upper.municipality = place.code and upper.year = data_year.year
    left join lower
        on lower.number = asked.number and lower.municipality = place.code and lower.year = data_year.year
    left join amount_year as upper_year
        on upper_year.number = asked.number and upper_year.side = 'upper' and upper_year.year = data_year.year
    left join amount_year as lower_year
        on lower_year.number = asked.number and lower_year.side = 'lower' and lower_year.year = data_year.year
    left join without_part
        on without_part.number = asked.number
        and without_part.municipality = place.code
        and without_part.year = data_year.year
    left join missing_of(formulas) as refused
        on refused.number = asked.number and refused.municipality = place.code and refused.year = data_year.year
    left join price_index on price_index.year = data_year.year
    left join price_index as base_price on base_price.year = asked.price_year
),
figure as (
    -- a year by itself needs no window, which would take a quarter of the time of most queries
    select
        number,
        municipality,
        year,
        loaded,
        no_price,
        price,
        upper,
        lower,
        upper is not null and upper = 0 as any_zero,
        without_part,
        refused,
        no_upper,
        no_lower,
        hidden::int as hidden_years,
        hidden or upper is not null as known_or_hidden,
        coalesce(upper, 0) as shown,
        hidden_most,
        weakness
    from yearly
    where years_together = 1
    union all
    select
        number,
        municipality,
        year,
        loaded,
        no_price,
        price,
        case when count(upper) over together = years_together then sum(upper) over together end as upper,
        case when count(lower) over together = years_together then sum(lower) over together end as lower,
        count(*) filter (upper = 0) over together > 0 as any_zero,
        count(*) filter (without_part) over together > 0 as without_part,
        max(refused) over together as refused,
        no_upper,
        no_lower,
        count(*) filter (hidden) over together as hidden_years,
        count(*) filter (hidden or upper is not null) over together = years_together as known_or_hidden,
        coalesce(sum(upper) over together, 0) as shown,
        hidden_most,
        max(weakness) over together as weakness
    from yearly
    where years_together > 1
    window together as (
        partition by number, municipality order by year
        range between (years_together - 1) preceding and current row
    )
),
quotient as (
    select
        asked.*,
        figure.municipality,
        figure.year,
        figure.loaded,
        figure.no_price,
        figure.any_zero,
        figure.without_part,
        figure.refused,
        figure.no_upper,
        figure.no_lower,
        case when figure.known_or_hidden then figure.hidden_years else 0 end as hidden_years,
        figure.shown,
        figure.hidden_most as most_hidden,
        case kind when 'change' then figure.upper / figure.price * 100 else figure.upper end as above,
        case kind
            when 'ratio' then figure.lower
            when 'change' then before.upper / before.price * 100
            when 'index' then base.upper
            else 1
        end as below,
        case kind when 'index' then figure.lower / figure.price else 1 end as input,
        case kind when 'index' then base.lower / base.price else 1 end as input_base,
        -- persons that the figure rests on, in the smaller year of an index, as the mean of years taken together
        case persons_in
            when 'denominator' then figure.lower / years_together
            when 'numerator' then least(figure.upper, base.upper)
        end as base,
        greatest(figure.weakness, before.weakness, base.weakness) as weakness,
        asked_year.broken
    from figure
    join asked using (number)
    join asked_year on asked_year.number = figure.number and asked_year.year = figure.year
    left join figure as before
        on kind = 'change'
        and before.number = figure.number
        and before.municipality = figure.municipality
        and before.year = figure.year - 1
    left join figure as base
        on kind = 'index'
        and base.number = figure.number
        and base.municipality = figure.municipality
        and base.year = base_year
),
judged as (
    select
        *,
        case
            when kind = 'awaited' then 'no_data'
            when not loaded and above is null then 'not_loaded'  -- uploaded figures may be of any municipality
            when year >= moved_from and not list_contains(kept_by, municipality) then 'moved'
            when refused is not null and (above is null or input is null) then refused
            when no_upper or (kind = 'index' and no_lower) then 'no_year'
            when broken then 'break'
            when no_price then 'no_price'
            when above is null and municipality = 'MA1' and kind = 'level' then 'rate_has_no_sum'
            when (above is null or input is null) and municipality = 'MA1' then 'no_sum'
            when above is null and hidden_years > 0 and below > 0 then 'hidden_count'
            when (above is null or input is null) and years_together > 1 then 'not_every_year'
            when above is null or input is null then 'not_reported'
            when zero_is_missing
                and (case kind when 'index' then input = 0 or input_base = 0 else any_zero end) then 'not_organised'
            when without_part then 'not_organised_part'
            when below is null and kind = 'change' then 'no_previous_year'
            when (below is null or input_base is null) and kind = 'index' then 'no_base_year'
            when below is null and years_together > 1 then 'not_every_year'
            when below is null and by_age then 'no_population'
            when below is null then 'no_denominator'
            when below = 0 and by_age then 'nobody_of_that_age'
            when below = 0 then 'zero_denominator'
            when kind = 'index' and (input <= 0 or input_base <= 0) then 'cost_not_positive'
            when kind = 'index' and above = 0 then 'no_output'
        end as reason
    from quotient
),
final as (
    select
        number,
        municipality,
        year,
        loaded,
        case kind when 'index' then 100 * above / below else above end as numerator,
        case kind when 'index' then 100 * input / input_base when 'level' then null else below end as denominator,
        case
            when reason is null
                then scale * (above / below) * (input_base / input) - (case kind when 'change' then 100 else 0 end)
        end as value,
        case when reason is null then statuses()[coalesce(weakness, 1)] end as status,
        reason,
        case reason when 'hidden_count' then scale * shown / below end as hidden_low,
        case reason when 'hidden_count' then scale * (shown + hidden_years * most_hidden) / below end as hidden_high,
        base,
        case kind when 'index' then above end as above,
        case kind when 'index' then below end as below,
        case kind when 'index' then input end as input,
        case kind when 'index' then input_base end as input_base
    from judged
)
select * from final;
