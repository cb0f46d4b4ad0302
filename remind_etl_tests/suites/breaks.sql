-- For each rule of each suite, what breaks it in the warehouse of good.sql: the table, the rule, and in brackets the
-- rules that cannot but fail with it. Where a rule has several causes, it stands here several times.

-- raw.schools: file_has_rows
delete from raw.schools_sent;
update raw.files set records = 0, accepted = 0
where "file" = 'schools.csv';

-- raw.schools: at_least_one_row_can_be_read
delete from raw.schools_sent;
update raw.files set records = 1, accepted = 0, rejected = 1
where "file" = 'schools.csv';
insert into raw.rejects ("file", line, code)
values ('schools.csv', 2, 'stray_quote');

-- raw.schools: every_record_is_counted
delete from raw.schools_sent
where rowid = 7;

-- raw.schools: every_record_is_counted
update raw.files set blank = 1
where "file" = 'schools.csv';

-- raw.schools: every_record_is_counted
update raw.files set rejected = 1, records = 61
where "file" = 'schools.csv';

-- raw.schools: rejected_rows_are_few
update raw.files set rejected = 21, records = 81
where "file" = 'schools.csv';
insert into raw.rejects by name
select
    'schools.csv' as "file",
    range as line,
    'stray_quote' as code
from range(21);

-- raw.schools: blank_ids_are_few (every_row_has_a_school_id)
update raw.schools_sent set school_id = null
where rowid < 21;

-- raw.schools: blank_values_are_few (every_row_has_a_school_name)
update raw.schools_sent set school_name = null
where rowid < 21;

-- raw.schools: each_school_has_few_rows
update raw.schools_sent set school_id = 'X' || rowid % 5;

-- raw.schools: every_row_has_a_school_id
update raw.schools_sent set school_id = null
where rowid = 7;

-- raw.schools: every_row_has_a_school_name
update raw.schools_sent set school_name = null
where rowid = 7;

-- raw.teachers: file_has_rows
delete from raw.teachers_sent;
update raw.files set records = 0, accepted = 0
where "file" = 'teachers.csv';

-- raw.teachers: at_least_one_row_can_be_read
delete from raw.teachers_sent;
update raw.files set records = 1, accepted = 0, rejected = 1
where "file" = 'teachers.csv';
insert into raw.rejects ("file", line, code)
values ('teachers.csv', 2, 'stray_quote');

-- raw.teachers: every_record_is_counted
delete from raw.teachers_sent
where rowid = 7;

-- raw.teachers: every_record_is_counted
update raw.files set blank = 1
where "file" = 'teachers.csv';

-- raw.teachers: every_record_is_counted
update raw.files set rejected = 1, records = 61
where "file" = 'teachers.csv';

-- raw.teachers: rejected_rows_are_few
update raw.files set rejected = 21, records = 81
where "file" = 'teachers.csv';
insert into raw.rejects by name
select
    'teachers.csv' as "file",
    range as line,
    'stray_quote' as code
from range(21);

-- raw.teachers: blank_ids_are_few (every_row_has_a_teacher_id)
update raw.teachers_sent set teacher_id = null
where rowid < 21;

-- raw.teachers: blank_values_are_few (every_row_has_a_school_id)
update raw.teachers_sent set school_id = null
where rowid < 21;

-- raw.teachers: blank_values_are_few (every_row_has_a_teacher_first_name)
update raw.teachers_sent set teacher_first_name = null
where rowid < 21;

-- raw.teachers: blank_values_are_few (every_row_has_a_teacher_last_name)
update raw.teachers_sent set teacher_last_name = null
where rowid < 21;

-- raw.teachers: each_teacher_has_few_rows
update raw.teachers_sent set teacher_id = 'X' || rowid % 5;

-- raw.teachers: ids_are_not_rounded
update raw.teachers_sent set teacher_id = '1.2' || rowid || 'E+11'
where rowid < 21;

-- raw.teachers: every_row_has_a_school_id
update raw.teachers_sent set school_id = null
where rowid = 7;

-- raw.teachers: every_row_has_a_teacher_id
update raw.teachers_sent set teacher_id = null
where rowid = 7;

-- raw.teachers: every_row_has_a_teacher_first_name
update raw.teachers_sent set teacher_first_name = null
where rowid = 7;

-- raw.teachers: every_row_has_a_teacher_last_name
update raw.teachers_sent set teacher_last_name = null
where rowid = 7;

-- raw.teachers: every_row_has_a_teacher_email
update raw.teachers_sent set teacher_email = null
where rowid = 7;

-- raw.students: file_has_rows
delete from raw.students_sent;
update raw.files set records = 0, accepted = 0
where "file" = 'students.csv';

-- raw.students: at_least_one_row_can_be_read
delete from raw.students_sent;
update raw.files set records = 1, accepted = 0, rejected = 1
where "file" = 'students.csv';
insert into raw.rejects ("file", line, code)
values ('students.csv', 2, 'stray_quote');

-- raw.students: every_record_is_counted
delete from raw.students_sent
where rowid = 7;

-- raw.students: every_record_is_counted
update raw.files set blank = 1
where "file" = 'students.csv';

-- raw.students: every_record_is_counted
update raw.files set rejected = 1, records = 61
where "file" = 'students.csv';

-- raw.students: rejected_rows_are_few
update raw.files set rejected = 21, records = 81
where "file" = 'students.csv';
insert into raw.rejects by name
select
    'students.csv' as "file",
    range as line,
    'stray_quote' as code
from range(21);

-- raw.students: blank_ids_are_few (every_row_has_a_student_id)
update raw.students_sent set student_id = null
where rowid < 21;

-- raw.students: blank_values_are_few (every_row_has_a_school_id)
update raw.students_sent set school_id = null
where rowid < 21;

-- raw.students: blank_values_are_few (every_row_has_a_student_first_name)
update raw.students_sent set student_first_name = null
where rowid < 21;

-- raw.students: blank_values_are_few (every_row_has_a_student_last_name)
update raw.students_sent set student_last_name = null
where rowid < 21;

-- raw.students: each_student_has_few_rows
update raw.students_sent set student_id = 'X' || rowid % 5;

-- raw.students: ids_are_not_rounded
update raw.students_sent set student_id = '1.2' || rowid || 'E+11'
where rowid < 21;

-- raw.students: every_row_has_a_school_id
update raw.students_sent set school_id = null
where rowid = 7;

-- raw.students: every_row_has_a_student_id
update raw.students_sent set student_id = null
where rowid = 7;

-- raw.students: every_row_has_a_student_first_name
update raw.students_sent set student_first_name = null
where rowid = 7;

-- raw.students: every_row_has_a_student_last_name
update raw.students_sent set student_last_name = null
where rowid = 7;

-- raw.students: most_rows_have_a_contact
update raw.students_sent set guardian_email = null, guardian_phone = null
where rowid < 31;

-- raw.classes: every_record_is_counted
delete from raw.classes_sent
where rowid = 7;

-- raw.classes: every_record_is_counted
update raw.files set blank = 1
where "file" = 'classes.csv';

-- raw.classes: every_record_is_counted
update raw.files set rejected = 1, records = 61
where "file" = 'classes.csv';

-- raw.classes: rejected_rows_are_few
update raw.files set rejected = 21, records = 81
where "file" = 'classes.csv';
insert into raw.rejects by name
select
    'classes.csv' as "file",
    range as line,
    'stray_quote' as code
from range(21);

-- raw.classes: blank_ids_are_few (every_row_has_a_class_id)
update raw.classes_sent set class_id = null
where rowid < 21;

-- raw.classes: blank_values_are_few (every_row_has_a_school_id)
update raw.classes_sent set school_id = null
where rowid < 21;

-- raw.classes: blank_values_are_few (every_row_has_a_teacher_id)
update raw.classes_sent set teacher_id = null
where rowid < 21;

-- raw.classes: blank_values_are_few (every_row_has_a_class_name)
update raw.classes_sent set class_name = null
where rowid < 21;

-- raw.classes: each_class_has_few_rows
update raw.classes_sent set class_id = 'X' || rowid % 5;

-- raw.classes: ids_are_not_rounded
update raw.classes_sent set class_id = '1.2' || rowid || 'E+11'
where rowid < 21;

-- raw.classes: every_row_has_a_school_id
update raw.classes_sent set school_id = null
where rowid = 7;

-- raw.classes: every_row_has_a_class_id
update raw.classes_sent set class_id = null
where rowid = 7;

-- raw.classes: every_row_has_a_teacher_id
update raw.classes_sent set teacher_id = null
where rowid = 7;

-- raw.classes: every_row_has_a_class_name
update raw.classes_sent set class_name = null
where rowid = 7;

-- raw.enrollments: every_record_is_counted
delete from raw.enrollments_sent
where rowid = 7;

-- raw.enrollments: every_record_is_counted
update raw.files set blank = 1
where "file" = 'enrollments.csv';

-- raw.enrollments: every_record_is_counted
update raw.files set rejected = 1, records = 61
where "file" = 'enrollments.csv';

-- raw.enrollments: rejected_rows_are_few
update raw.files set rejected = 21, records = 81
where "file" = 'enrollments.csv';
insert into raw.rejects by name
select
    'enrollments.csv' as "file",
    range as line,
    'stray_quote' as code
from range(21);

-- raw.enrollments: blank_ids_are_few (every_row_has_a_user_id)
update raw.enrollments_sent set user_id = null
where rowid < 21;

-- raw.enrollments: blank_values_are_few (every_row_has_a_school_id)
update raw.enrollments_sent set school_id = null
where rowid < 21;

-- raw.enrollments: blank_values_are_few (every_row_has_a_class_id)
update raw.enrollments_sent set class_id = null
where rowid < 21;

-- raw.enrollments: classes_have_a_plausible_size
insert into raw.enrollments_sent
select
    'S1' as school_id,
    'C1' as class_id,
    'P' || range as user_id
from range(100, 12100);
update raw.files set records = 12060, accepted = 12060
where "file" = 'enrollments.csv';

-- raw.enrollments: people_are_in_a_plausible_number_of_classes
insert into raw.enrollments_sent
select
    'S1' as school_id,
    'C' || range as class_id,
    'P1' as user_id
from range(100, 3200);
update raw.files set records = 3160, accepted = 3160
where "file" = 'enrollments.csv';

-- raw.enrollments: ids_are_not_rounded
update raw.enrollments_sent set user_id = '1.2' || rowid || 'E+11'
where rowid < 21;

-- raw.enrollments: every_row_has_a_school_id
update raw.enrollments_sent set school_id = null
where rowid = 7;

-- raw.enrollments: every_row_has_a_class_id
update raw.enrollments_sent set class_id = null
where rowid = 7;

-- raw.enrollments: every_row_has_a_user_id
update raw.enrollments_sent set user_id = null
where rowid = 7;

-- valid.schools: no_row_is_lost
delete from valid.schools
where rowid = 7;

-- valid.schools: rows_that_are_taken_are_complete
update valid.schools set school_id = null
where rowid = 7;

-- valid.schools: rows_that_are_taken_are_complete
update valid.schools set school_name = null
where rowid = 7;

-- valid.schools: each_school_id_is_taken_once
update valid.schools set school_id = 'X'
where rowid < 2;

-- valid.schools: long_values_are_few
insert into valid.findings by name
select
    'valid/schools' as found_by,
    'value_too_long' as code,
    range + 2 as line
from range(21);

-- valid.schools: repeated_ids_are_few
insert into valid.findings by name
select
    'valid/schools' as found_by,
    'duplicate_school' as code,
    range + 2 as line
from range(21);

-- valid.schools: rows_left_out_are_few
delete from valid.schools
where rowid < 21;
insert into valid.left_out by name
select
    'valid/schools' as found_by,
    'schools.csv' as "file",
    range as line
from range(21);

-- valid.teachers: no_row_is_lost
delete from valid.teachers
where rowid = 7;

-- valid.teachers: rows_that_are_taken_are_complete
update valid.teachers set school_id = null
where rowid = 7;

-- valid.teachers: rows_that_are_taken_are_complete
update valid.teachers set teacher_id = null
where rowid = 7;

-- valid.teachers: rows_that_are_taken_are_complete
update valid.teachers set first_name = null
where rowid = 7;

-- valid.teachers: rows_that_are_taken_are_complete
update valid.teachers set last_name = null
where rowid = 7;

-- valid.teachers: long_values_are_few
insert into valid.findings by name
select
    'valid/teachers' as found_by,
    'value_too_long' as code,
    range + 2 as line
from range(21);

-- valid.teachers: unknown_schools_are_few
insert into valid.findings by name
select
    'valid/teachers' as found_by,
    'unknown_school' as code,
    range + 2 as line
from range(21);

-- valid.teachers: teachers_without_an_email_are_few
insert into valid.findings by name
select
    'valid/teachers' as found_by,
    'missing_value' as code,
    'teacher_email' as "column",
    range + 2 as line
from range(21);

-- valid.teachers: teachers_without_an_email_are_few (long_values_are_few)
insert into valid.findings by name
select
    'valid/teachers' as found_by,
    'value_too_long' as code,
    'teacher_email' as "column",
    range + 2 as line
from range(21);

-- valid.teachers: teachers_without_an_email_are_few
insert into valid.findings by name
select
    'valid/teachers' as found_by,
    'invalid_email' as code,
    'teacher_email' as "column",
    range + 2 as line
from range(21);

-- valid.teachers: invalid_phones_are_few
insert into valid.findings by name
select
    'valid/teachers' as found_by,
    'invalid_phone' as code,
    range + 2 as line
from range(21);

-- valid.teachers: rows_left_out_are_few
delete from valid.teachers
where rowid < 21;
insert into valid.left_out by name
select
    'valid/teachers' as found_by,
    'teachers.csv' as "file",
    range as line
from range(21);

-- valid.students: no_row_is_lost
delete from valid.students
where rowid = 7;

-- valid.students: rows_that_are_taken_are_complete
update valid.students set school_id = null
where rowid = 7;

-- valid.students: rows_that_are_taken_are_complete
update valid.students set student_id = null
where rowid = 7;

-- valid.students: rows_that_are_taken_are_complete
update valid.students set first_name = null
where rowid = 7;

-- valid.students: rows_that_are_taken_are_complete
update valid.students set last_name = null
where rowid = 7;

-- valid.students: long_values_are_few
insert into valid.findings by name
select
    'valid/students' as found_by,
    'value_too_long' as code,
    range + 2 as line
from range(21);

-- valid.students: unknown_schools_are_few
insert into valid.findings by name
select
    'valid/students' as found_by,
    'unknown_school' as code,
    range + 2 as line
from range(21);

-- valid.students: most_emails_are_valid
insert into valid.findings by name
select
    'valid/students' as found_by,
    'invalid_email' as code,
    range + 2 as line
from range(31);

-- valid.students: most_phones_are_valid
insert into valid.findings by name
select
    'valid/students' as found_by,
    'invalid_phone' as code,
    range + 2 as line
from range(31);

-- valid.students: invalid_dates_of_birth_are_few
insert into valid.findings by name
select
    'valid/students' as found_by,
    if(range % 2 = 0, 'invalid_dob', 'ambiguous_dob') as code,
    range + 2 as line
from range(21);

-- valid.students: invalid_grades_are_few
insert into valid.findings by name
select
    'valid/students' as found_by,
    'invalid_grade' as code,
    range + 2 as line
from range(21);

-- valid.students: rows_left_out_are_few
delete from valid.students
where rowid < 21;
insert into valid.left_out by name
select
    'valid/students' as found_by,
    'students.csv' as "file",
    range as line
from range(21);

-- valid.classes: no_row_is_lost
delete from valid.classes
where rowid = 7;

-- valid.classes: rows_that_are_taken_are_complete
update valid.classes set school_id = null
where rowid = 7;

-- valid.classes: rows_that_are_taken_are_complete
update valid.classes set class_id = null
where rowid = 7;

-- valid.classes: rows_that_are_taken_are_complete
update valid.classes set teacher_id = null
where rowid = 7;

-- valid.classes: rows_that_are_taken_are_complete
update valid.classes set class_name = null
where rowid = 7;

-- valid.classes: each_class_id_is_taken_once
update valid.classes set class_id = 'X'
where rowid < 2;

-- valid.classes: long_values_are_few
insert into valid.findings by name
select
    'valid/classes' as found_by,
    'value_too_long' as code,
    range + 2 as line
from range(21);

-- valid.classes: repeated_ids_are_few
insert into valid.findings by name
select
    'valid/classes' as found_by,
    'duplicate_class' as code,
    range + 2 as line
from range(21);

-- valid.classes: unknown_schools_are_few
insert into valid.findings by name
select
    'valid/classes' as found_by,
    'unknown_school' as code,
    range + 2 as line
from range(21);

-- valid.classes: unknown_teachers_are_few
insert into valid.findings by name
select
    'valid/classes' as found_by,
    'unknown_teacher' as code,
    range + 2 as line
from range(21);

-- valid.classes: mismatches_of_schools_are_few
insert into valid.findings by name
select
    'valid/classes' as found_by,
    'school_mismatch' as code,
    range + 2 as line
from range(21);

-- valid.classes: rows_left_out_are_few
delete from valid.classes
where rowid < 21;
insert into valid.left_out by name
select
    'valid/classes' as found_by,
    'classes.csv' as "file",
    range as line
from range(21);

-- valid.enrollments: no_row_is_lost
delete from valid.enrollments
where rowid = 7;

-- valid.enrollments: rows_that_are_taken_are_complete
update valid.enrollments set school_id = null
where rowid = 7;

-- valid.enrollments: rows_that_are_taken_are_complete
update valid.enrollments set class_id = null
where rowid = 7;

-- valid.enrollments: rows_that_are_taken_are_complete
update valid.enrollments set user_id = null
where rowid = 7;

-- valid.enrollments: rows_that_are_taken_are_complete
update valid.enrollments set "role" = null
where rowid = 7;

-- valid.enrollments: long_values_are_few
insert into valid.findings by name
select
    'valid/enrollments' as found_by,
    'value_too_long' as code,
    range + 2 as line
from range(21);

-- valid.enrollments: unknown_classes_are_few
insert into valid.findings by name
select
    'valid/enrollments' as found_by,
    'unknown_class' as code,
    range + 2 as line
from range(21);

-- valid.enrollments: unknown_users_are_few
insert into valid.findings by name
select
    'valid/enrollments' as found_by,
    'unknown_user' as code,
    range + 2 as line
from range(21);

-- valid.enrollments: mismatches_of_schools_are_few
insert into valid.findings by name
select
    'valid/enrollments' as found_by,
    'school_mismatch' as code,
    range + 2 as line
from range(21);

-- valid.enrollments: repeated_rows_are_few
delete from valid.enrollments
where rowid < 21;
insert into valid.findings by name
select
    'valid/enrollments' as found_by,
    'duplicate_row' as code,
    range + 2 as line
from range(21);

-- valid.enrollments: rows_left_out_are_few
delete from valid.enrollments
where rowid < 21;
insert into valid.left_out by name
select
    'valid/enrollments' as found_by,
    'enrollments.csv' as "file",
    range as line
from range(21);

-- provisioned.accounts: every_account_has_an_id
update provisioned.account_rows set account_id = null
where account_id = 'aT3';

-- provisioned.accounts: each_account_id_has_one_account (each_teacher_id_has_one_account)
insert into provisioned.account_rows
select * from provisioned.account_rows
where account_id = 'aT3';

-- provisioned.accounts: each_teacher_id_has_one_account (every_teacher_of_a_linked_school_has_an_account_or_a_problem)
update provisioned.account_rows set teacher_id = 'T2'
where teacher_id = 'T3';

-- provisioned.accounts: each_student_id_has_one_account (every_student_of_a_linked_school_has_an_account)
update provisioned.account_rows set student_id = 'P1'
where student_id = 'P2';

-- provisioned.accounts: every_account_has_a_role
update provisioned.account_rows set roles = null
where account_id = 'aT3';

-- provisioned.accounts: roles_are_known
update provisioned.account_rows set roles = 'guardian+teacher'
where account_id = 'aT2';

-- provisioned.accounts: who_has_a_teacher_id_is_a_teacher
update provisioned.account_rows set roles = 'guardian'
where account_id = 'aT2';

-- provisioned.accounts: who_has_a_teacher_id_is_a_teacher (every_teacher_has_an_email)
update provisioned.account_rows set roles = 'teacher+guardian'
where account_id = 'aG4';

-- provisioned.accounts: who_has_a_student_id_is_a_student
update provisioned.account_rows set roles = 'guardian+student'
where account_id = 'aG4';

-- provisioned.accounts: who_has_a_student_id_is_a_student (every_student_of_a_linked_school_has_an_account)
update provisioned.account_rows set student_id = null
where account_id = 'aP1';

-- provisioned.accounts: every_teacher_has_an_email
update provisioned.account_rows set email = null
where account_id = 'aT2';

-- provisioned.accounts: every_guardian_has_an_email_or_a_phone
update provisioned.account_rows set phone = null
where account_id = 'aG4';

-- provisioned.accounts: every_teacher_and_student_has_a_name
update provisioned.account_rows set last_name = null
where account_id = 'aP1';

-- provisioned.accounts: every_row_is_shown
create or replace view provisioned.accounts as
select * exclude (person)
from provisioned.account_rows
where account_id != 'aT3';

-- provisioned.accounts: emails_and_phones_are_the_accounts_own
create or replace view provisioned.contact_points as
select
    account_id,
    'email' as kind,
    email as "value"
from provisioned.account_rows
where email is not null;

-- provisioned.accounts: every_account_is_at_a_school
delete from provisioned.school_member_rows
where person = person_of('aT3');

-- provisioned.accounts: every_guardian_has_a_student
delete from provisioned.guardianship_rows
where guardian = person_of('aG4');

-- provisioned.accounts: teachers_and_students_stand_in_the_files
update provisioned.account_rows set teacher_id = 'X'
where teacher_id = 'T2';
insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    'email_taken' as code,
    'teacher' as record_type,
    'T2' as record_id;

-- provisioned.accounts: teachers_and_students_stand_in_the_files
delete from valid.students
where student_id = 'P1';

-- provisioned.accounts: every_student_of_a_linked_school_has_an_account
delete from provisioned.account_rows
where student_id = 'P1';

-- provisioned.accounts: every_teacher_of_a_linked_school_has_an_account_or_a_problem
delete from provisioned.account_rows
where teacher_id = 'T3';

-- provisioned.contact_points: every_row_is_shown
create or replace view provisioned.contact_points as
select
    account_id,
    'email' as kind,
    email as "value"
from provisioned.account_rows
where email is not null;

-- provisioned.contact_points: every_contact_point_is_complete
update provisioned.further_contact_points set kind = null;

-- provisioned.contact_points: contact_points_are_emails_or_phones (every_contact_point_stands_in_a_row_of_its_account)
insert into provisioned.further_contact_points values (person_of('aT2'), 'fax', 'x');

-- provisioned.contact_points: each_contact_point_has_one_account (every_contact_point_stands_in_a_row_of_its_account)
insert into provisioned.further_contact_points values (person_of('aT3'), 'email', 't2@example.org');

-- provisioned.contact_points: phones_are_in_e164 (every_contact_point_stands_in_a_row_of_its_account)
insert into provisioned.further_contact_points values (person_of('aG4'), 'phone', '(212) 555-0142');

-- provisioned.contact_points: emails_are_normalised (every_contact_point_stands_in_a_row_of_its_account)
insert into provisioned.further_contact_points values (person_of('aT2'), 'email', 'X@example.org');

-- provisioned.contact_points: every_contact_point_has_an_account (every_contact_point_stands_in_a_row_of_its_account, every_row_is_shown)
update provisioned.further_contact_points set person = 0;

-- provisioned.contact_points: every_contact_point_has_an_account
update provisioned.account_rows set account_id = null
where account_id = 'aT2';

-- provisioned.contact_points: who_has_emails_or_phones_names_one (every_contact_point_stands_in_a_row_of_its_account)
insert into provisioned.further_contact_points values (person_of('aG4'), 'email', 'x@example.org');

-- provisioned.contact_points: placeholders_are_nobodys
insert into provisioned.placeholders values ('t2@example.org');

-- provisioned.contact_points: every_contact_point_stands_in_a_row_of_its_account
update provisioned.further_contact_points set person = person_of('aT3');

-- provisioned.contact_points: every_contact_point_stands_in_a_row_of_its_account
delete from provisioned.guardianship_rows
where guardian = person_of('aG4');

-- provisioned.contact_points: every_contact_point_stands_in_a_row_of_its_account
delete from provisioned.live_schools
where school_id = 'S2';

-- provisioned.school_members: every_row_is_shown
create or replace view provisioned.school_members as
select
    person::varchar as account_id,
    'S2' as school_id,
    'platform-S2' as platform_school_id,
    "role"
from provisioned.school_member_rows
where person != person_of('aT3');

-- provisioned.school_members: every_member_has_a_role (members_are_where_their_rows_are, whoever_has_a_row_of_a_linked_school_is_a_member)
update provisioned.school_member_rows set role = null
where person = person_of('aT3');

-- provisioned.school_members: member_roles_are_known (members_are_where_their_rows_are, whoever_has_a_row_of_a_linked_school_is_a_member)
update provisioned.school_member_rows set role = 'owner'
where person = person_of('aT3');

-- provisioned.school_members: memberships_are_unique
insert into provisioned.school_member_rows
select * from provisioned.school_member_rows
limit 1;

-- provisioned.school_members: every_member_has_an_account (every_row_is_shown, whoever_has_a_row_of_a_linked_school_is_a_member)
update provisioned.school_member_rows set person = 0
where person = person_of('aT3');

-- provisioned.school_members: members_have_the_role_of_their_account (members_are_where_their_rows_are, whoever_has_a_row_of_a_linked_school_is_a_member)
update provisioned.school_member_rows set role = 'guardian'
where person = person_of('aT3');

-- provisioned.school_members: every_member_has_a_linked_school (members_are_where_their_rows_are, whoever_has_a_row_of_a_linked_school_is_a_member)
update provisioned.live_schools set platform_school_id = 'platform-S3'
where school_id = 'S2';

-- provisioned.school_members: every_member_has_a_linked_school (members_are_where_their_rows_are)
update mapped.schools set link = 'proposed'
where school_id = 'S2';

-- provisioned.school_members: members_are_where_their_rows_are (whoever_has_a_row_of_a_linked_school_is_a_member)
update provisioned.school_member_rows set school_number = number_of('S4')
where person = person_of('aT3');

-- provisioned.school_members: members_are_where_their_rows_are
insert into provisioned.school_member_rows values (person_of('aG4'), number_of('S5'), 'guardian');

-- provisioned.school_members: whoever_has_a_row_of_a_linked_school_is_a_member
delete from provisioned.school_member_rows
where person = person_of('aP1') and school_number = number_of('S3');

-- provisioned.school_members: whoever_has_a_row_of_a_linked_school_is_a_member
delete from provisioned.school_member_rows
where person = person_of('aG4') and school_number = number_of('S3');

-- provisioned.guardianships: every_row_is_shown
create or replace view provisioned.guardianships as
select
    guardian::varchar as guardian_account_id,
    student::varchar as student_account_id,
    'P1' as student_id
from provisioned.guardianship_rows
where guardian != person_of('aG4');

-- provisioned.guardianships: guardianships_are_unique
insert into provisioned.guardianship_rows
select * from provisioned.guardianship_rows
limit 1;

-- provisioned.guardianships: guardian_and_student_differ (every_guardian_has_a_guardian_account, every_guardian_stands_in_a_row_of_the_student)
update provisioned.guardianship_rows set guardian = person_of('aP1')
where guardian = person_of('aG4');

-- provisioned.guardianships: every_guardian_has_a_guardian_account (every_guardian_stands_in_a_row_of_the_student)
update provisioned.guardianship_rows set guardian = person_of('aT3')
where guardian = person_of('aG4');

-- provisioned.guardianships: every_student_has_that_account (guardians_stand_in_the_files, every_guardian_stands_in_a_row_of_the_student, every_row_is_shown)
update provisioned.guardianship_rows set student = 0
where guardian = person_of('aG4');

-- provisioned.guardianships: every_student_has_that_account (guardians_stand_in_the_files, every_guardian_stands_in_a_row_of_the_student)
update provisioned.guardianship_rows set student = person_of('aT3')
where guardian = person_of('aG4');

-- provisioned.guardianships: guardians_stand_in_the_files
update valid.students set has_guardian = false
where student_id = 'P1';

-- provisioned.guardianships: every_guardian_stands_in_a_row_of_the_student
update valid.students set guardian_phone = '+12125559999'
where guardian_phone = (select phone from provisioned.account_rows where account_id = 'aG4');

-- provisioned.guardianships: every_student_with_a_guardian_has_one_or_a_problem
delete from provisioned.guardianship_rows
where student = person_of('aP1');

-- provisioned.classes: every_row_is_shown
create or replace view provisioned.classes as
select * exclude (class_number)
from provisioned.class_rows
where class_id != 'C2';

-- provisioned.classes: every_class_has_an_id (classes_stand_in_the_files, every_class_has_one_owner_seat, every_class_of_a_linked_school_is_made_or_has_a_problem)
update provisioned.class_rows set class_id = null
where class_id = 'C2';

-- provisioned.classes: each_class_id_has_one_class (every_class_has_one_owner_seat)
insert into provisioned.class_rows
select * from provisioned.class_rows
limit 1;

-- provisioned.classes: every_class_has_a_name
update provisioned.class_rows set class_name = null
where class_id = 'C2';

-- provisioned.classes: every_class_has_a_linked_school
update provisioned.class_rows set platform_school_id = 'platform-S3'
where class_id = 'C2';

-- provisioned.classes: classes_stand_in_the_files
update provisioned.class_rows set school_id = 'S3', platform_school_id = 'platform-S3'
where class_id = 'C2';

-- provisioned.classes: every_owner_has_a_teacher_account
update provisioned.class_rows set owner_account_id = 'aT3'
where class_id = 'C2';

-- provisioned.classes: every_class_has_one_owner_seat
create or replace view provisioned.class_memberships as
select
    class_id,
    owner_account_id as account_id,
    'owner' as "role",
    owner_teacher_id as record_id
from provisioned.class_rows
cross join range(if(class_id = 'C2', 2, 1));

-- provisioned.classes: every_class_has_one_owner_seat
create or replace view provisioned.class_memberships as
select
    class_id,
    owner_account_id as account_id,
    'co_teacher' as "role",
    owner_teacher_id as record_id
from provisioned.class_rows;

-- provisioned.classes: every_class_of_a_linked_school_is_made_or_has_a_problem
delete from provisioned.class_rows
where class_id = 'C2';

-- provisioned.class_memberships: every_row_is_shown
create or replace view provisioned.class_memberships as
select
    class_id,
    owner_account_id as account_id,
    'owner' as "role",
    owner_teacher_id as record_id
from provisioned.class_rows;

-- provisioned.class_memberships: every_membership_has_a_role
alter table provisioned.class_membership_rows add column "role" varchar default 'student';
update provisioned.class_membership_rows set "role" = null
where class_number = 1;
create or replace view provisioned.class_memberships as
select
    class_id,
    owner_account_id as account_id,
    'owner' as "role",
    owner_teacher_id as record_id
from provisioned.class_rows
union all
select
    null,
    null,
    "role",
    null
from provisioned.class_membership_rows;

-- provisioned.class_memberships: membership_roles_are_known
create or replace view provisioned.class_memberships as
select
    class_id,
    owner_account_id as account_id,
    'owner' as "role",
    owner_teacher_id as record_id
from provisioned.class_rows
union all
select
    null,
    null,
    'teacher',
    null
from provisioned.class_membership_rows;

-- provisioned.class_memberships: class_memberships_are_unique (whoever_is_enrolled_is_a_member)
insert into provisioned.class_membership_rows
select * from provisioned.class_membership_rows
limit 1;

-- provisioned.class_memberships: every_membership_has_an_account (memberships_have_the_id_of_their_account, students_and_co_teachers_are_members_of_the_school, every_row_is_shown)
update provisioned.class_membership_rows set person = 0
where class_number = 1;

-- provisioned.class_memberships: every_membership_has_an_account (memberships_have_the_id_of_their_account)
update provisioned.class_rows set owner_account_id = 'none'
where class_id = 'C2';

-- provisioned.class_memberships: every_membership_has_a_class (students_and_co_teachers_are_members_of_the_school, every_row_is_shown)
update provisioned.class_membership_rows set class_number = 0
where class_number = 1;

-- provisioned.class_memberships: every_membership_has_a_class (whoever_is_enrolled_is_a_member)
update provisioned.class_rows set class_id = null
where class_id = 'C2';

-- provisioned.class_memberships: owners_own_their_class
create or replace view provisioned.class_memberships as
select
    class_id,
    'aT3' as account_id,
    'owner' as "role",
    'T3' as record_id
from provisioned.class_rows
union all
select
    null,
    null,
    'student',
    null
from provisioned.class_membership_rows;

-- provisioned.class_memberships: memberships_have_the_id_of_their_account
update provisioned.class_rows set owner_account_id = 'aT3'
where class_id = 'C2';

-- provisioned.class_memberships: memberships_have_the_id_of_their_account (students_and_co_teachers_are_members_of_the_school)
update provisioned.class_membership_rows set is_student = false
where class_number = 1;

-- provisioned.class_memberships: students_and_co_teachers_are_members_of_the_school
update provisioned.class_membership_rows set person = person_of('aP2')
where class_number = 1;

-- provisioned.class_memberships: students_and_co_teachers_are_members_of_the_school
update provisioned.class_membership_rows set person = person_of('aT5'), is_student = false
where class_number = 1;

-- provisioned.class_memberships: whoever_is_enrolled_is_a_member
delete from provisioned.class_membership_rows
where class_number = 1;

-- provisioned.class_memberships: whoever_is_enrolled_is_a_member (students_and_co_teachers_are_members_of_the_school)
insert into provisioned.class_membership_rows values (1, person_of('aT3'), false);
