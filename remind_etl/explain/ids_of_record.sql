-- The ids and lines by which the next tables are read, from the rows of a record that were read so far.
-- Inputs: the tables of tables.sql. Outputs: none.

-- accounts: also those that are removed, which may be guardians.
select
    account_id,
    teacher_id,
    student_id,
    roles like '%guardian%' as is_guardian
from accounts
union all
select
    case kind when 'accounts' then id end,
    teacher_id,
    student_id,
    1
from removed;

-- guardian_lines
select line
from guardian_lines;

-- sent_rows
select
    "file",
    line,
    class_id,
    person_id,
    school_id
from sent_rows;

-- school_members
select
    account_id,
    school_id,
    "role"
from school_members;

-- class_members
select
    class_id,
    account_id,
    "role",
    record_id
from class_members;

-- guardianships
select
    guardian_account_id,
    student_account_id,
    student_id
from guardianships;

-- ids_elsewhere: of enrollments whose class or person another row has, perhaps at another school.
select
    sent.class_id,
    sent.person_id
from sent_rows as sent
where
    sent."file" = 'enrollments.csv'
    and exists (
        select 1
        from reasons as reason
        where
            sent."file" = reason."file" and sent.line = reason.line
            and (reason."column" = 'school_id' or reason.reason_code = 'school_mismatch')
    );

-- reasons: lines of enrollments that were not read or protect a membership, and whether a school is left out.
select distinct
    case when reason_code = 'unread' then line when reason_code = 'enrollment_row_rejected' then cause_line end as line,
    coalesce(reason_code = 'unread', false) as is_unread,
    coalesce(kind = 'school', false) as is_school
from reasons
where (reason_code = 'unread' and line is not null) or kind in ('class_memberships', 'school');

-- classes: only those have members.
select class_id
from classes;
