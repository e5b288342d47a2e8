-- purpose: what an indicator divides by what, as sql/schema/20_indicator_value.sql explains; the types make any list of
--   formulas one table, whatever each of them leaves empty.
-- grain: three types.
create type zero_part as struct(id varchar, task_classes varchar[]);

create type term as struct(
    task_classes varchar[],
    moved_years int[],
    statement varchar[],
    less_statement varchar[],
    measures varchar[],
    published varchar,
    age_from int,
    age_to int
);

create type formula as struct(
    kind varchar,
    numerator term,
    denominator term,
    scale double,
    base_year int,
    zero_is_missing boolean,
    zero_parts zero_part[],
    hidden_most double,
    persons_in varchar,
    price_year int,
    years_together int,
    breaks int[],
    moved_from int,
    kept_by varchar[]
);
