-- The problem of an id that is another spelling of a delivered one.
-- Grain: one row a new id. Key: record_type, record_id.
-- Inputs: planned_steps.respelled_ids, planned_steps.account_schools, planned_steps.class_schools. Outputs: valid.findings.

insert into valid.findings by name
select
    'planned/changes' as found_by,
    'id_respelled' as code,
    respelled."file",
    respelled.line,
    respelled.record_type || '_id' as "column",
    respelled.new_id as "value",
    respelled.record_type,
    respelled.new_id as record_id,
    any_value(coalesce(account.school_id, class.school_id)) as school_id
from planned_steps.respelled_ids as respelled
left join planned_steps.account_schools as account on respelled.account_id = account.account_id
left join planned_steps.class_schools as class on respelled.record_type = 'class' and respelled.old_id = class.class_id
group by all;
