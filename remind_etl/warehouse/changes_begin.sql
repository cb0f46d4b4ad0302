-- The empty schema of a plan, and what each plan needs.
-- Outputs: planned.reasons.

drop schema if exists planned cascade;
create schema planned;

-- Numbers the changes of all kinds, so that rules can name a change by one integer.
create sequence planned_steps.change_ids;

-- One row a reason code, from catalogue/reasons.py. Key: reason_code.
create table planned.reasons (
    place bigint not null,
    reason_code varchar primary key,
    sentence varchar not null
);

-- The hold of removals that counts an account: that of its highest role.
create macro planned.hold_of_account(teacher_id, roles) as
case
    when teacher_id is not null then 'teachers'
    when contains(roles, 'guardian') then 'guardians'
    else 'students'
end;
