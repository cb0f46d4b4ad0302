-- What the plan changes of the subjects, holds, pauses or protects. Memberships that stay are told with the classes.
-- Inputs: subjects, accounts, changes, reasons. Outputs: facts.

insert into facts (kind, id, fact, other_id, reason)
with records as (
    select
        kind,
        id,
        case
            when state = 'go' then 'change_' || "action"
            when "action" = 'remove' then state || '_removal'
            else state || '_change'
        end as fact,
        reason
    from changes
    union all
    select
        reason.kind,
        reason.id,
        'protected',
        reason.reason_code
    from reasons as reason
    where
        reason.found_by = 'planned/changes'
        and not exists (select 1 from changes as change where reason.kind = change.kind and reason.id = change.id)
),

record_names as (
    select
        *,
        case kind
            when 'accounts' then 'account '
            when 'school_members' then 'membership '
            when 'guardianships' then 'guardianship '
            when 'classes' then 'class '
        end || id as other_id
    from records
    where kind in ('accounts', 'school_members', 'guardianships', 'classes')
)

select
    subject.kind,
    subject.id,
    record.fact,
    record.other_id,
    record.reason
from subjects as subject
inner join record_names as record
    on
        (subject.account_id is not null and instr(record.id, subject.account_id) > 0)
        or (subject.kind = 'class' and record.kind = 'classes' and subject.id = record.id)
where record.fact not like 'change_%' or record.id in (subject.account_id, subject.class_id)
union all
select
    subject.kind,
    subject.id,
    record.fact,
    null,
    null
from subjects as subject
inner join accounts as account on subject.person_id in (account.student_id, account.teacher_id)
inner join records as record
    on
        record.kind = 'class_memberships'
        and instr(record.id, subject.class_id || '/' || account.account_id || '/') = 1
where subject.kind = 'place' and record.fact like 'change_%';
