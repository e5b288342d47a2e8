-- purpose: why a municipality's cost per resident differs from the group as one municipality: for each service, the
--   part due to the share of its age group and the part due to its cost per head; both sum exactly to the difference
--   (docs/methods.md 10). Where nobody is of the age there is no cost per head: the other side's is used instead, and
--   what is spent all the same counts as unit cost.
-- grain: one row per municipality asked for, if it has all parts, and part; euros per resident. `members` is the number
--   of municipalities with all parts in the group.
-- parameters: $parts, $year, $price_year (of part_cost); $municipalities; $group_id, $listed, $aland (the group).
with
cost as (
    select * from part_cost($parts, $year, $price_year)
),
grouped as (
    select
        id,
        sum(eur) / nullif(sum(heads), 0) as unit_cost,
        sum(heads) / sum(residents) as share,
        sum(eur) / sum(residents) as per_resident,
        count(*) as members
    from cost
    where municipality in (select municipality from members_of($group_id, $listed, $aland))
    group by id
),
chosen_municipality as (
    select
        municipality,
        id,
        eur,
        residents,
        heads / residents as share,
        eur / residents as per_resident,
        eur / nullif(heads, 0) as unit_cost
    from cost
    where list_contains($municipalities::varchar[], municipality)
),
compared as (
    select
        chosen_municipality.*,
        grouped.per_resident as group_per_resident,
        grouped.unit_cost as group_unit_cost,
        grouped.share as group_share,
        grouped.members,
        coalesce(chosen_municipality.unit_cost, grouped.unit_cost, 0) as u,
        coalesce(grouped.unit_cost, chosen_municipality.unit_cost, 0) as u_group
    from chosen_municipality
    join grouped using (id)
),
final as (
    select
        * exclude (u, u_group),
        (share - group_share) * (u + u_group) / 2 as age_effect,
        (u - u_group) * (share + group_share) / 2
            + (per_resident - share * u)
            - (group_per_resident - group_share * u_group) as unit_cost_effect
    from compared
)
select * from final
order by municipality, list_position(list_transform($parts, lambda part: part['id']), id)
