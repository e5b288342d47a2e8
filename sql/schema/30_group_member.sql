-- purpose: members of the fixed groups (docs/methods.md 8). MA1 is a reference area and never a member.
-- grain: one row per group and municipality; `loaded`: its figures are in this data set; `opt_in`: it counts only if
--   Åland is asked for (Åland's own region always includes it).
create view group_member as
with
place as (
    select * from municipality where code <> 'MA1'
),
final as (
    select 'all' as group_id, code as municipality, aland as opt_in, loaded from place
    union all
    select 'largest-20', code, aland, loaded from place where largest_20
    union all
    select 'region-' || region_code, code, false, loaded from place where region_code is not null
    union all
    select 'wellbeing-' || wellbeing_code, code, aland, loaded from place where wellbeing_code is not null
    union all
    select 'grouping-' || grouping_code, code, aland, loaded from place where grouping_code is not null
    union all
    select 'size-' || size_class, code, aland, loaded from place where size_class is not null
)
select group_id, municipality, opt_in, loaded from final;

-- purpose: the loaded members of a fixed group, or of a group whose members are listed: 'own' (chosen by the user),
--   'similar' (the municipality and its peers), 'model' (members of a group with one organisation model).
-- grain: one row per member.
create macro members_of(asked_group, listed, with_aland) as table
select municipality from group_member
where group_id = asked_group and loaded and (with_aland or not opt_in)
union
select code from municipality
where asked_group in ('own', 'similar', 'same-need', 'neighbours', 'model')
  and loaded
  and code <> 'MA1'
  and list_contains(listed::varchar[], code);
