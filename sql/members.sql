-- purpose: the loaded members of a group.
-- grain: one row per member.
-- parameters: $group_id, $listed, $aland (of members_of).
with
final as (
    select municipality from members_of($group_id, $listed, $aland)
)
select * from final
order by municipality
