-- Records what the rules before protect.
-- Grain: one row a record and reason. Key: kind, key, rule, reason_code.
-- Inputs: planned_steps.protected_changes, planned.change_states. Outputs: planned.protected_records.

insert into planned.protected_records
select
    change.kind,
    change.id as "key",
    protected.rule,
    protected.reason_code,
    any_value(protected."file") as "file",
    min(protected.line) as line
from planned_steps.protected_changes as protected
inner join planned.change_states as change on protected.change_id = change.change_id
where change."action" in ('update', 'remove')
group by change.kind, change.id, protected.rule, protected.reason_code;
