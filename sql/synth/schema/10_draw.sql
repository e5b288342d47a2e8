-- purpose: draws for `synth`: uniform in [0, 1), standard normal, and a value spread about a level (by a factor where
--   the level is above 0, otherwise by a term). The same arguments give the same draw in every run.
-- grain: one value.
create macro drawn(what, one, two) as (hash(what, one, two) >> 11) / 9007199254740992.0;

create macro normal(what, one, two) as
    sqrt(-2 * ln(1 - drawn(what, one, two))) * cos(2 * pi() * drawn(one, two, what));

create macro spread_about(level, spread, draw) as
    case when level > 0 then level * exp(spread * draw - spread * spread / 2) else level + spread * draw end;

-- purpose: years from the last year to another, levelling off after a generation, so that long series stay plausible.
-- grain: one value.
create macro years_away(year, last) as 30 * tanh((year - last) / 30.0);

-- purpose: the price level of a year, the last = 1.
-- grain: one value.
create macro prices(year, last) as exp(0.015 * years_away(year, last));
