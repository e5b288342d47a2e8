-- purpose: the value of any indicator; the only place where figures are divided (METHODS 1–4).
-- grain: one row per area of the register (municipalities and MA1) and year of the data.
-- parameters: kind (ratio, level, change, index, or awaited: nobody publishes it yet), numerator and denominator (terms of amount_of), scale, base_year (index),
--   zero_is_missing (a zero means "not organised here").
-- Every value is scale × (above / below) × (input_base / input), less 100 for a change, so that a group as one
-- municipality is the same quotient of its members' sums. A level has no sum.
create macro indicator_value(kind, numerator, denominator, scale, base_year, zero_is_missing) as table
with
upper_part as (
    select * from amount_of(numerator)
),
upper as (
    select * from upper_part where whole
),
lower_part as (
    select * from amount_of(denominator)
),
lower as (
    select * from lower_part where whole
),
figure as (
    select
        place.code as municipality,
        data_year.year,
        place.loaded,
        upper.amount as upper,
        lower.amount as lower,
        price_index.value as price,
        [upper.status, lower.status] as statuses
    from municipality as place
    cross join data_year
    left join upper on upper.municipality = place.code and upper.year = data_year.year
    left join lower on lower.municipality = place.code and lower.year = data_year.year
    left join price_index on price_index.year = data_year.year
),
quotient as (
    select
        figure.municipality,
        figure.year,
        figure.loaded,
        case kind when 'change' then figure.upper / figure.price * 100 else figure.upper end as above,
        case kind
            when 'ratio' then figure.lower
            when 'change' then before.upper / before.price * 100
            when 'index' then base.upper
            else 1
        end as below,
        case kind when 'index' then figure.lower / figure.price else 1 end as input,
        case kind when 'index' then base.lower / base.price else 1 end as input_base,
        -- persons the figure rests on, where it rests on an age group
        case
            when kind = 'ratio' and denominator['age_from'] is not null then figure.lower
            when kind = 'index' and numerator['age_from'] is not null then figure.upper
        end as base,
        list_concat(figure.statuses, before.statuses, base.statuses) as statuses
    from figure
    left join figure as before
        on kind = 'change' and before.municipality = figure.municipality and before.year = figure.year - 1
    left join figure as base
        on kind = 'index' and base.municipality = figure.municipality and base.year = base_year
),
judged as (
    select
        *,
        case
            when kind = 'awaited' then 'no_data'
            when not loaded then 'not_loaded'
            when year not in (select year from upper_part) or (kind = 'index' and year not in (select year from lower_part)) then 'no_year'
            when (above is null or input is null) and municipality = 'MA1' then 'no_sum'
            when above is null or input is null then 'not_reported'
            when zero_is_missing and (case kind when 'index' then input = 0 or input_base = 0 else above = 0 end) then 'not_organised'
            when below is null and kind = 'change' then 'no_previous_year'
            when (below is null or input_base is null) and kind = 'index' then 'no_base_year'
            when below is null and denominator['age_from'] is not null then 'no_population'
            when below is null then 'no_denominator'
            when below = 0 and denominator['age_from'] is not null then 'nobody_of_that_age'
            when below = 0 then 'zero_denominator'
            when kind = 'index' and (input <= 0 or input_base <= 0) then 'cost_not_positive'
        end as reason
    from quotient
),
final as (
    select
        municipality,
        year,
        loaded,
        case kind when 'index' then 100 * above / below else above end as numerator,
        case kind when 'index' then 100 * input / input_base when 'level' then null else below end as denominator,
        case when reason is null then scale * (above / below) * (input_base / input) - (case kind when 'change' then 100 else 0 end) end as value,
        case when reason is null then weakest(statuses) end as status,
        reason,
        base,
        above,
        below,
        input,
        input_base
    from judged
)
select * from final;

-- purpose: the group as one municipality, from the same quotient of its members' sums; null for a level.
create macro ratio_of_sums(kind, scale, above, below, input, input_base) as
    case when kind <> 'level' then scale * (above / below) * (input_base / input) - (case kind when 'change' then 100 else 0 end) end;
