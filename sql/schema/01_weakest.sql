-- purpose: the weakest of a list of statuses (docs/methods.md 15); nulls are ignored, and an empty list gives final.
-- grain: one value.
create macro weakest(found) as
    list_reduce(
        list_filter(found, lambda status: status is not null),
        lambda one, other: case
            when list_position(statuses(), one) >= list_position(statuses(), other) then one else other
        end,
        'final'
    );
