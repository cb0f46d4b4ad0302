-- The ids and lines by which the next tables are read, from the rows of a record that were read so far.
-- Inputs: the temporary tables of of_record.sql. Outputs: none.

-- accounts: also those that are removed, which may be guardians.
select
    account_id,
    teacher_id,
    student_id,
    contains(roles, 'guardian') as is_guardian
from accounts
union all
select
    if(kind = 'accounts', id, null),
    teacher_id,
    student_id,
    true
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
semi join reasons as reason
    on
        sent."file" = reason."file" and sent.line = reason.line
        and (reason."column" = 'school_id' or reason.reason_code = 'school_mismatch')
where sent."file" = 'enrollments.csv';

-- reasons: lines of enrollments that were not read, whether a membership is protected, and whether a school is left out.
select distinct
    if(reason_code = 'unread', line, null) as line,
    coalesce(kind = 'class_memberships', false) as is_protected,
    coalesce(kind = 'school', false) as is_school
from reasons
where (reason_code = 'unread' and line is not null) or kind in ('class_memberships', 'school');

-- places_of_reasons: the numbers of the rows in their Parquet file, $file, that have one of the ids or lines.
-- Rejected lines have hashes as ids.
select file_row_number
from read_parquet($file)
where list_contains($keys, id)
union all
select file_row_number
from read_parquet($file)
where list_contains($persons, second_id)
union all
select file_row_number
from read_parquet($file)
where list_contains($lines, line);
