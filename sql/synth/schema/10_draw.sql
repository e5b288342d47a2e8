-- purpose: what `synth` draws figures with. The same words and numbers give the same draw, in every run.
-- grain: macros of one value: an even draw from 0 up to 1, a normal one, and a figure spread about its level (a level above 0 by a
--   factor, any other by what is added to it).
create macro drawn(what, one, two) as (hash(what, one, two) >> 11) / 9007199254740992.0;

create macro normal(what, one, two) as
    sqrt(-2 * ln(1 - drawn(what, one, two))) * cos(2 * pi() * drawn(one, two, what));

create macro spread_about(level, spread, draw) as
    case when level > 0 then level * exp(spread * draw - spread * spread / 2) else level + spread * draw end;

-- purpose: what moves over the years settles a generation before and after the last one, so that many years stay plausible.
-- grain: one value: the years from the last to another as far as they count.
create macro years_away(year, last) as 30 * tanh((year - last) / 30.0);

-- purpose: the price level of a year, the last = 1.
-- grain: one value.
create macro prices(year, last) as exp(0.015 * years_away(year, last));
