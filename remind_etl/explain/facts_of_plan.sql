-- What the plan changes of the subjects, holds, pauses or protects. Memberships that stay are told with the classes.
-- Inputs: subjects, accounts, changes, reasons. Outputs: facts.

insert into facts by name
with records as (
    select
        kind,
        id,
        if(state = 'go', 'change_' || "action", state || if("action" = 'remove', '_removal', '_change')) as fact,
        reason
    from changes
    union all
    select
        reason.kind,
        reason.id,
        'protected',
        reason.reason_code
    from reasons as reason
    anti join changes as change on reason.kind = change.kind and reason.id = change.id
    where reason.found_by = 'planned/changes'
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
        (subject.account_id is not null and contains(record.id, subject.account_id))
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
    on record.kind = 'class_memberships' and starts_with(record.id, concat_ws('/', subject.class_id, account.account_id, ''))
where subject.kind = 'place' and record.fact like 'change_%';
