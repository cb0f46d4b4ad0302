-- What `explain` needs of the walk's later stages beside the other published tables. Inputs: provisioned.*, planned.kept,
-- platform_accounts, platform_classes.

-- One row a line of students.csv that names a guardian, with the account; null where they can have none. Key: line.
create or replace temp view report_guardian_lines as
select
    g.line,
    i.account_id
from provisioned.guardian_rows as g
left join provisioned.roots as r on g."key" = r."key"
left join provisioned.identities as i on r.root = i.root;

-- One row a contact point that a person in a role claims and another account has. Of a guardian, record_id is the
-- student of the line. Key: file, line, column.
create or replace temp view report_lost_claims as
select
    case p."role" when 'teacher' then 'teachers.csv' else 'students.csv' end as "file",
    c.line,
    c."column",
    c.kind,
    p."role",
    coalesce(g.student_id, p.id) as record_id,
    i.account_id,
    wi.account_id as winner_account_id
from provisioned.claims as c
inner join provisioned.people as p on c."key" = p."key"
inner join provisioned.winners as w on c.kind = w.kind and c."value" = w."value"
inner join provisioned.identities as wi on w.root = wi.root
left join provisioned.roots as r on c."key" = r."key"
left join provisioned.identities as i on r.root = i.root
left join provisioned.guardian_rows as g on p."role" = 'guardian' and c.line = g.line
where r.root is distinct from w.root;

-- One row a record that was delivered once and is removed. Key: kind, id.
create or replace temp view report_removed as
select
    'accounts' as kind,
    account_id as id,
    teacher_id,
    student_id,
    removed_at
from platform_accounts
where removed_at is not null
union all
select
    'classes',
    class_id,
    null,
    null,
    removed_at
from platform_classes
where removed_at is not null;
