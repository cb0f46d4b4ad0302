-- All records of one kind as they are wished after an undoing. schema/records.py fills in the names.
-- `as_of` is null for a record that the undoing does not touch. `otherwise` is the record without any undoing.
-- Grain: one row a record of the platform. Key: the key of the kind. Inputs: planned_steps.undo_wishes, ${platform}.
-- Outputs: planned_steps.${wished}.

create table planned_steps.${wished} as
with wishes as (
    select
        unnest(json_transform(wished, '${shape}')),
        json_transform(otherwise, '${shape}') as otherwise,
        as_of,
        is_added,
        true as is_wished,
        is_of_delivery,
        true as is_there,
        null::varchar as reason_code
    from planned_steps.undo_wishes
    where kind = '${records}'
)

from wishes
union all by name
select
    delivered.* exclude (removed_at),
    null as otherwise,
    null as as_of,
    false as is_added,
    false as is_wished,
    false as is_of_delivery,
    delivered.removed_at is null as is_there,
    null as reason_code
from ${platform} as delivered
anti join wishes using (${key});
