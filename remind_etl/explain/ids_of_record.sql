-- The ids and lines by which the next tables are read, from the rows of a record that were read so far.
-- Inputs: the temporary tables of of_record.sql. Outputs: none.

-- known_ids
select
    account_id,
    teacher_id,
    student_id
from accounts
union
select
    if(kind = 'accounts', id, null),
    teacher_id,
    student_id
from removed;

-- lines_of_guardian
select line
from guardian_lines;

-- lines_of_students
select line
from sent_rows
where "file" = 'students.csv';

-- accounts_beside: guardians, children, and people of a class.
select guardian_account_id
from guardianships
union
select student_account_id
from guardianships
union
select account_id
from class_members;

-- classes_named: of members and of the rows of classes.csv.
select class_id
from class_members
union
select class_id
from sent_rows
where "file" = 'classes.csv';

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

-- rows_that_name: one row if a row so far names the record.
select 1 where
    exists (from accounts)
    or exists (from removed)
    or exists (from sent_rows)
    or exists (from classes)
    or exists (from school_members);

-- keys_of_platform: of the records so far that the platform has.
select concat_ws('/', class_id, account_id, "role")
from class_members
union
select concat_ws('/', account_id, school_id, "role")
from school_members
union
select concat_ws('/', guardian_account_id, student_account_id)
from guardianships;

-- members_named: people of the classes.
select record_id
from class_members;

-- lines_of_sent_rows
select distinct line
from sent_rows;

-- lines_of_unread
select distinct line
from reasons
where reason_code = 'unread' and line is not null;
