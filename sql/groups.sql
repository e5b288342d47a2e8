-- purpose: the fixed groups with how many of their members are loaded.
-- grain: one row per group.
with
final as (
    select
        group_id,
        count(*) as size,
        count(*) filter (loaded) as loaded,
        list(municipality order by municipality) as municipalities
    from group_member
    where not opt_in
    group by group_id
)
select * from final
order by group_id
