-- The problem of delivered records that their own file does not name, but another file does.
-- Inputs: planned_steps.named_records, planned_steps.account_schools, planned_steps.class_schools. Outputs: valid.findings.

insert into valid.findings by name
select
    'planned/changes' as found_by,
    'named_not_listed' as code,
    named."file",
    named.line,
    case
        when named."file" = 'classes.csv' then 'teacher_id'
        when named.record_type = 'class' then 'class_id'
        else 'user_id'
    end as "column",
    named.record_id as "value",
    named.record_type,
    named.record_id,
    coalesce(account.school_id, class.school_id) as school_id,
    if(named.record_type = 'class', 'classes.csv', named.record_type || 's.csv') as detail
from planned_steps.named_records as named
left join planned_steps.account_schools as account on named.account_id = account.account_id
left join planned_steps.class_schools as class on named.record_type = 'class' and named.record_id = class.class_id;
