-- purpose: the first and the last year that are needed to compute the years asked for (null: all); other years are not
--   read.
-- grain: one value.
create macro first_needed(formula, years) as
    case
        when years::int[] is null then -32768
        else least(
            list_min(years::int[])
                - case formula['kind'] when 'change' then 1 else formula['years_together']::int - 1 end,
            formula['base_year']::int
        )
    end;

create macro last_needed(formula, years) as
    case when years::int[] is null then 32767 else greatest(list_max(years::int[]), formula['base_year']::int) end;

-- purpose: the value of any indicator; the only place where figures are divided (docs/methods.md 1–4, 12, 14).
-- grain: one row per area of the register (municipalities and MA1) and year, at least for the years asked for.
-- parameters: years (by default all); formula, a struct of
--   kind: ratio, level, change, index, or awaited (no open source yet);
--   numerator and denominator: terms of amount_of; scale; base_year: of an index;
--   zero_is_missing: a zero means "not organised here"; zero_parts: parts whose zero means that (structs of id and
--   task_classes);
--   hidden_most: the largest count that the source of the numerator hides; null: it hides none;
--   persons_in: the term that counts the persons a figure rests on: numerator, denominator or null;
--   price_year: euros at the prices of that year; null: of each year itself;
--   years_together: a ratio of the sums over that many years; 1: of the year itself;
--   breaks: first years that are not comparable with earlier ones;
--   moved_from: the first year in which the task is no longer municipal, except in those of kept_by; null: it still is.
-- Every value is scale × (above / below) × (input_base / input), less 100 for a change, so that a group as one
-- municipality is the same quotient of its members' sums. A level has no sum. `hidden_low` and `hidden_high` are the
-- bounds of a value whose count is hidden (an unknown upper bound is null).
create macro indicator_value(formula, years := null) as table
with
asked as (
    select
        formula['kind'] as kind,
        formula['base_year']::int as base_year,
        formula['price_year']::int as price_year,
        formula['breaks']::int[] as breaks,
        formula['denominator']['age_from'] is not null as by_age,
        formula['moved_from']::int as moved_from,
        formula['kept_by']::varchar[] as kept_by,
        case when formula['kind'] = 'ratio' then formula['years_together']::int else 1 end as years_together
),
upper_part as (
    select *
    from amount_of(formula['numerator'])
    where year between first_needed(formula, years) and last_needed(formula, years)
),
upper as (
    select * from upper_part where whole
),
lower_part as (
    select *
    from amount_of(formula['denominator'])
    where year between first_needed(formula, years) and last_needed(formula, years)
),
lower as (
    select * from lower_part where whole
),
without_part as (
    select distinct municipality, year from not_organised(formula['zero_parts'])
),
refused as (
    select municipality, year, max(reason) as reason
    from (from missing_of(formula['numerator']) union all from missing_of(formula['denominator']))
    group by municipality, year
),
yearly as (
    select
        place.code as municipality,
        data_year.year,
        place.loaded,
        upper.amount
            * case when asked.price_year is null then 1.0 else base_price.value / price_index.value end as upper,
        upper.amount is not null and asked.price_year is not null and price_index.value is null as no_price,
        lower.amount as lower,
        price_index.value as price,
        [upper.status, lower.status] as statuses,
        without_part.municipality is not null as without_part,
        refused.reason as refused,
        -- no upper bound for merged municipalities: one part's count may be hidden while another's is shown
        case when place.former is null then formula['hidden_most']::double end as hidden_most,
        upper.amount is null
            and formula['hidden_most'] is not null
            and data_year.year in (select year from upper_part) as hidden
    from municipality as place
    cross join data_year
    cross join asked
    left join upper on upper.municipality = place.code and upper.year = data_year.year
    left join lower on lower.municipality = place.code and lower.year = data_year.year
    left join without_part on without_part.municipality = place.code and without_part.year = data_year.year
    left join refused on refused.municipality = place.code and refused.year = data_year.year
    left join price_index on price_index.year = data_year.year
    left join price_index as base_price on base_price.year = asked.price_year
    where data_year.year between first_needed(formula, years) and last_needed(formula, years)
),
figure as (
    -- a year by itself needs no window, which would take a quarter of the time of most queries
    select
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
        hidden::int as hidden_years,
        hidden or upper is not null as known_or_hidden,
        coalesce(upper, 0) as shown,
        hidden_most,
        statuses
    from yearly
    cross join asked
    where years_together = 1
    union all
    select
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
        count(*) filter (hidden) over together as hidden_years,
        count(*) filter (hidden or upper is not null) over together = years_together as known_or_hidden,
        coalesce(sum(upper) over together, 0) as shown,
        hidden_most,
        flatten(list(statuses) over together) as statuses
    from yearly
    cross join asked
    where years_together > 1
    window together as (
        partition by municipality order by year
        range between (formula['years_together']::int - 1) preceding and current row
    )
),
quotient as (
    select
        figure.municipality,
        figure.year,
        figure.loaded,
        figure.no_price,
        figure.any_zero,
        figure.without_part,
        figure.refused,
        case when figure.known_or_hidden then figure.hidden_years else 0 end as hidden_years,
        figure.shown,
        figure.hidden_most,
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
        case formula['persons_in']
            when 'denominator' then figure.lower / years_together
            when 'numerator' then least(figure.upper, base.upper)
        end as base,
        list_concat(figure.statuses, before.statuses, base.statuses) as statuses,
        -- the years that a figure compares must not lie on both sides of a break
        len(list_filter(breaks, lambda b: b > least(figure.year, case kind
            when 'index' then base_year
            when 'change' then figure.year - 1
            else figure.year - years_together + 1
        end) and b <= greatest(figure.year, case kind when 'index' then base_year else figure.year end))) > 0 as broken
    from figure
    cross join asked
    left join figure as before
        on kind = 'change' and before.municipality = figure.municipality and before.year = figure.year - 1
    left join figure as base
        on kind = 'index' and base.municipality = figure.municipality and base.year = base_year
),
judged as (
    select
        quotient.*,
        kind,
        case
            when kind = 'awaited' then 'no_data'
            when not loaded and above is null then 'not_loaded'  -- uploaded figures may be of any municipality
            when year >= moved_from and not list_contains(kept_by, municipality) then 'moved'
            when refused is not null and (above is null or input is null) then refused
            when year not in (select year from upper_part)
                or (kind = 'index' and year not in (select year from lower_part)) then 'no_year'
            when broken then 'break'
            when no_price then 'no_price'
            when above is null and municipality = 'MA1' and kind = 'level' then 'rate_has_no_sum'
            when (above is null or input is null) and municipality = 'MA1' then 'no_sum'
            when above is null and hidden_years > 0 and below > 0 then 'hidden_count'
            when (above is null or input is null) and years_together > 1 then 'not_every_year'
            when above is null or input is null then 'not_reported'
            when formula['zero_is_missing']
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
    cross join asked
),
final as (
    select
        municipality,
        year,
        loaded,
        case kind when 'index' then 100 * above / below else above end as numerator,
        case kind when 'index' then 100 * input / input_base when 'level' then null else below end as denominator,
        case
            when reason is null
                then formula['scale'] * (above / below) * (input_base / input)
                    - (case kind when 'change' then 100 else 0 end)
        end as value,
        case when reason is null then weakest(statuses) end as status,
        reason,
        case reason when 'hidden_count' then formula['scale'] * shown / below end as hidden_low,
        case reason
            when 'hidden_count' then formula['scale'] * (shown + hidden_years * hidden_most) / below
        end as hidden_high,
        base,
        above,
        below,
        input,
        input_base
    from judged
)
select * from final;

-- purpose: the group as one municipality, by the same quotient of its members' sums; null for a level.
-- grain: one value.
create macro ratio_of_sums(formula, above, below, input, input_base) as
    case
        when formula['kind'] <> 'level'
            then formula['scale'] * (above / below) * (input_base / input)
                - (case formula['kind'] when 'change' then 100 else 0 end)
    end;
