-- purpose: the fixed groups with their members and the number loaded, without and with Åland (which counts only if
--   asked for).
-- grain: one row per group.
with
final as (
    select
        group_id,
        count(*) filter (not opt_in) as size,
        count(*) filter (loaded and not opt_in) as loaded,
        list(municipality order by municipality) filter (not opt_in) as municipalities,
        list(municipality order by municipality) as with_aland
    from group_member
    group by group_id
)
select * from final
order by group_id
