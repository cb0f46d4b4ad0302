-- The changes of one kind: what is planned of each record, and the same in the form of the published table `changes`, with the
-- records as JSON. schema/records.py fills in the names.
-- Grain: one row a change. Key: change_id; kind and id. Inputs: planned.${changes}, planned.reasons.
-- Outputs: planned_steps.${changes}_states, planned_steps.${changes}.

create view planned_steps.${changes}_states as
select
    change_id,
    '${records}' as kind,
    concat_ws('/', ${key}) as id,
    "action",
    state,
    school_id
from planned.${changes};

create view planned_steps.${changes} as
select
    change_id,
    '${records}' as kind,
    concat_ws('/', ${key}) as id,
    "action",
    state,
    (select reason.sentence from planned.reasons as reason where reason.reason_code = change.reason_code) as reason,
    case when "action" in ('update', 'remove') then to_json(struct_pack(${old_record})) end as "before",
    case when "action" != 'remove' then to_json(struct_pack(${new_record})) end as "after",
    school_id as school,
    waits_for,
    reason_code
from planned.${changes} as change;
