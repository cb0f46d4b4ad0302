-- What `explain` needs of the walk's later stages beside the other published tables. Inputs: provisioned.guardian_rows,
-- .guardian_roots, .identities, platform_accounts, platform_classes.

-- One row a line of students.csv that names a guardian, with the account; null where they can have none. Key: line.
create or replace temp view report_guardian_lines as
select
    g.line,
    i.account_id
from provisioned.guardian_rows as g
left join provisioned.guardian_roots as r on g.guardian_id = r.guardian_id
left join provisioned.identities as i on r.root = i.root;

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
