-- What the platform has of the subjects. Inputs: subjects, accounts, classes, removed. Outputs: facts.

insert into facts (kind, id, fact, other_id, reason)
select
    subject.kind,
    subject.id,
    case
        when coalesce(account.account_id, class.class_id) is not null then 'on_platform'
        when removed.id is not null then 'removed'
        else 'not_on_platform'
    end,
    coalesce(subject.account_id, subject.id),
    removed.removed_at
from subjects as subject
left join accounts as account on subject.account_id = account.account_id
left join classes as class on subject.class_id = class.class_id
left join removed on coalesce(subject.account_id, subject.class_id) = removed.id
where subject.kind in ('teacher', 'student', 'guardian', 'class');
