-- The ids of what the rows of a record name, with the accounts that have them. Inputs: sent_rows, accounts, removed, classes,
-- school_members. Outputs: named_ids.

-- One row a kind of record, id and account with it. Key: kind, id, account_id.
insert into named_ids (kind, id, account_id)
select
    'school' as kind,
    school_id as id,
    null as account_id
from sent_rows
union
select
    'class',
    class_id,
    null
from sent_rows
union
select
    case "file" when 'students.csv' then 'student' when 'enrollments.csv' then 'person' else 'teacher' end,
    person_id,
    null
from sent_rows
union
select
    'teacher',
    teacher_id,
    account_id
from accounts
union
select
    'student',
    student_id,
    account_id
from accounts
union
select
    'guardian',
    account_id as id,
    account_id
from accounts
where roles like '%guardian%'
union
select
    case kind when 'classes' then 'class' else 'teacher' end,
    case kind when 'classes' then id else teacher_id end,
    case kind when 'accounts' then id end
from removed
union
select
    'student',
    student_id,
    case kind when 'accounts' then id end
from removed
union
select
    'guardian',
    id,
    case kind when 'accounts' then id end
from removed
where coalesce(teacher_id, student_id) is null
union
select
    'class',
    class_id,
    null
from classes
union
select
    'school',
    school_id,
    null
from classes
union
select
    'school',
    school_id,
    null
from school_members;
