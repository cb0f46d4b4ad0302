-- What `explain` needs of the later stages beside the other published tables.
-- Grain: one row a record and reason; one row a guardian and line. Key: none.
-- Inputs: valid.students, planned.protected_reasons, planned.changes, trace_reasons, live_contact_points,
-- live_guardianships.
-- Outputs: report_reasons, report_guardian_lines.

-- One row a record and reason, also those of the plan: a protected record, or a change that is held, or paused and no
-- creation. The id of a contact point is its value, so that it has no row. Reasons of one line lie side by side.
-- Key: none.
create or replace temp view report_reasons as
with every_reason as (
    from trace_reasons
    union all by name
    select
        'planned/changes' as found_by,
        kind,
        "key" as id,
        reason_code,
        "file" as cause_file,
        line as cause_line
    from planned.protected_reasons
    where kind != 'contact_points'
    union all by name
    select
        'planned/changes' as found_by,
        kind,
        id,
        reason_code
    from planned.changes
    where kind != 'contact_points' and (state = 'held' or (state = 'paused' and "action" not in ('create', 'link')))
)

select *
from every_reason
order by line asc nulls last, kind asc, id asc;

-- One row a line of students.csv that names a guardian, with the guardian of the student who has a contact point of the
-- line; null where none has. Key: line.
create or replace temp view report_guardian_lines as
select
    sent.line,
    coalesce(by_email.guardian_account_id, by_phone.guardian_account_id) as account_id
from valid.students as sent
left join live_contact_points as email on sent.guardian_email = email."value"
left join live_guardianships as by_email
    on sent.student_id = by_email.student_id and email.account_id = by_email.guardian_account_id
left join live_contact_points as phone on sent.guardian_phone = phone."value"
left join live_guardianships as by_phone
    on sent.student_id = by_phone.student_id and phone.account_id = by_phone.guardian_account_id
where sent.has_guardian;
