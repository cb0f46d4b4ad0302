-- For each check of each suite, what breaks it in the warehouse of good.sql: the table, the check, and in brackets the
-- checks that cannot but fail with it. Where a check has several causes, it stands here several times.

-- raw.schools: file_has_rows
delete from raw.schools_sent;

-- raw.schools: most_rows_have_a_school_id (every_row_has_a_school_id)
update raw.schools_sent set school_id = null
where rowid < 40;

-- raw.schools: every_row_has_a_school_id
update raw.schools_sent set school_id = null
where rowid = 7;

-- raw.schools: most_rows_have_a_school_name (every_row_has_a_school_name)
update raw.schools_sent set school_name = null
where rowid < 40;

-- raw.schools: every_row_has_a_school_name
update raw.schools_sent set school_name = null
where rowid = 7;

-- raw.schools: each_school_has_few_rows (every_school_id_stands_on_one_row)
update raw.schools_sent set school_id = 'X' || rowid % 5;

-- raw.schools: every_school_id_stands_on_one_row
update raw.schools_sent set school_id = 'X'
where rowid < 2;

-- raw.teachers: file_has_rows
delete from raw.teachers_sent;

-- raw.teachers: most_rows_have_a_teacher_id (every_row_has_a_teacher_id)
update raw.teachers_sent set teacher_id = null
where rowid < 40;

-- raw.teachers: every_row_has_a_teacher_id
update raw.teachers_sent set teacher_id = null
where rowid = 7;

-- raw.teachers: most_rows_have_the_other_required_values (every_row_has_a_school_id)
update raw.teachers_sent set school_id = null
where rowid < 40;

-- raw.teachers: every_row_has_a_school_id
update raw.teachers_sent set school_id = null
where rowid = 7;

-- raw.teachers: most_rows_have_the_other_required_values (every_row_has_a_teacher_first_name)
update raw.teachers_sent set teacher_first_name = null
where rowid < 40;

-- raw.teachers: every_row_has_a_teacher_first_name
update raw.teachers_sent set teacher_first_name = null
where rowid = 7;

-- raw.teachers: most_rows_have_the_other_required_values (every_row_has_a_teacher_last_name)
update raw.teachers_sent set teacher_last_name = null
where rowid < 40;

-- raw.teachers: every_row_has_a_teacher_last_name
update raw.teachers_sent set teacher_last_name = null
where rowid = 7;

-- raw.teachers: most_rows_have_an_email_address (every_row_has_a_teacher_email)
update raw.teachers_sent set teacher_email = null
where rowid < 40;

-- raw.teachers: every_row_has_a_teacher_email
update raw.teachers_sent set teacher_email = null
where rowid = 7;

-- raw.teachers: most_rows_have_an_email_address
update raw.teachers_sent set teacher_email = teacher_mobile_phone;

-- raw.teachers: each_teacher_has_few_rows
update raw.teachers_sent set teacher_id = 'X' || rowid % 5;

-- raw.teachers: teacher_ids_are_not_rounded
update raw.teachers_sent set teacher_id = '1.2' || rowid || 'E+11'
where rowid < 25;

-- raw.students: file_has_rows
delete from raw.students_sent;

-- raw.students: most_rows_have_a_student_id (every_row_has_a_student_id)
update raw.students_sent set student_id = null
where rowid < 40;

-- raw.students: every_row_has_a_student_id
update raw.students_sent set student_id = null
where rowid = 7;

-- raw.students: most_rows_have_the_other_required_values (every_row_has_a_school_id)
update raw.students_sent set school_id = null
where rowid < 40;

-- raw.students: every_row_has_a_school_id
update raw.students_sent set school_id = null
where rowid = 7;

-- raw.students: most_rows_have_the_other_required_values (every_row_has_a_student_first_name)
update raw.students_sent set student_first_name = null
where rowid < 40;

-- raw.students: every_row_has_a_student_first_name
update raw.students_sent set student_first_name = null
where rowid = 7;

-- raw.students: most_rows_have_the_other_required_values (every_row_has_a_student_last_name)
update raw.students_sent set student_last_name = null
where rowid < 40;

-- raw.students: every_row_has_a_student_last_name
update raw.students_sent set student_last_name = null
where rowid = 7;

-- raw.students: each_student_has_few_rows
update raw.students_sent set student_id = 'X' || rowid % 5;

-- raw.students: student_ids_are_not_rounded
update raw.students_sent set student_id = '1.2' || rowid || 'E+11'
where rowid < 25;

-- raw.students: most_rows_have_a_contact
update raw.students_sent set guardian_email = null, guardian_phone = null
where rowid < 40;

-- raw.classes: most_rows_have_a_class_id (every_row_has_a_class_id)
update raw.classes_sent set class_id = null
where rowid < 40;

-- raw.classes: every_row_has_a_class_id
update raw.classes_sent set class_id = null
where rowid = 7;

-- raw.classes: most_rows_have_the_other_required_values (every_row_has_a_school_id)
update raw.classes_sent set school_id = null
where rowid < 40;

-- raw.classes: every_row_has_a_school_id
update raw.classes_sent set school_id = null
where rowid = 7;

-- raw.classes: most_rows_have_the_other_required_values (every_row_has_a_teacher_id)
update raw.classes_sent set teacher_id = null
where rowid < 40;

-- raw.classes: every_row_has_a_teacher_id
update raw.classes_sent set teacher_id = null
where rowid = 7;

-- raw.classes: most_rows_have_the_other_required_values (every_row_has_a_class_name)
update raw.classes_sent set class_name = null
where rowid < 40;

-- raw.classes: every_row_has_a_class_name
update raw.classes_sent set class_name = null
where rowid = 7;

-- raw.classes: each_class_has_few_rows (every_class_id_stands_on_one_row)
update raw.classes_sent set class_id = 'X' || rowid % 5;

-- raw.classes: every_class_id_stands_on_one_row
update raw.classes_sent set class_id = 'X'
where rowid < 2;

-- raw.classes: class_ids_are_not_rounded
update raw.classes_sent set class_id = '1.2' || rowid || 'E+11'
where rowid < 25;

-- raw.enrollments: most_rows_have_a_user_id (every_row_has_a_user_id)
update raw.enrollments_sent set user_id = null
where rowid < 40;

-- raw.enrollments: every_row_has_a_user_id
update raw.enrollments_sent set user_id = null
where rowid = 7;

-- raw.enrollments: most_rows_have_the_other_required_values (every_row_has_a_school_id)
update raw.enrollments_sent set school_id = null
where rowid < 40;

-- raw.enrollments: every_row_has_a_school_id
update raw.enrollments_sent set school_id = null
where rowid = 7;

-- raw.enrollments: most_rows_have_the_other_required_values (every_row_has_a_class_id)
update raw.enrollments_sent set class_id = null
where rowid < 40;

-- raw.enrollments: every_row_has_a_class_id
update raw.enrollments_sent set class_id = null
where rowid = 7;

-- raw.enrollments: classes_have_a_plausible_size
insert into raw.enrollments_sent
select
    'S1' as school_id,
    'C1' as class_id,
    'P' || range as user_id
from range(100, 1300);

-- raw.enrollments: people_are_in_a_plausible_number_of_classes
insert into raw.enrollments_sent
select
    'S1' as school_id,
    'C' || range as class_id,
    'P1' as user_id
from range(100, 3200);

-- raw.enrollments: user_ids_are_not_rounded
update raw.enrollments_sent set user_id = '1.2' || rowid || 'E+11'
where rowid < 25;

-- provisioned.accounts: every_account_has_an_id
update provisioned.accounts set account_id = null
where account_id = 'a1';

-- provisioned.accounts: each_account_id_has_one_account
update provisioned.accounts set account_id = 'a2'
where account_id = 'a1';

-- provisioned.accounts: each_teacher_id_has_one_account
update provisioned.accounts set teacher_id = 'T2'
where teacher_id = 'T1';

-- provisioned.accounts: each_student_id_has_one_account
update provisioned.accounts set student_id = 'P4'
where student_id = 'P5';

-- provisioned.accounts: every_account_has_a_role
update provisioned.accounts set roles = null
where account_id = 'a1';

-- provisioned.accounts: roles_are_known
update provisioned.accounts set roles = 'guardian+teacher'
where account_id = 'a2';

-- provisioned.accounts: every_teacher_has_a_teacher_id
update provisioned.accounts set teacher_id = null
where account_id = 'a2';

-- provisioned.accounts: every_teacher_has_an_email
update provisioned.accounts set email = null
where account_id = 'a1';

-- provisioned.accounts: every_student_has_a_student_id
update provisioned.accounts set student_id = null
where account_id = 'a4';

-- provisioned.accounts: every_guardian_has_an_email_or_a_phone
update provisioned.accounts set phone = null
where account_id = 'a3';

-- provisioned.contact_points: every_contact_point_is_complete
update provisioned.contact_points set kind = null
where kind = 'phone';

-- provisioned.contact_points: contact_points_are_emails_or_phones
insert into provisioned.contact_points values ('a1', 'fax', 'x');

-- provisioned.contact_points: each_contact_point_has_one_account
insert into provisioned.contact_points values ('a4', 'email', 't1@example.org');

-- provisioned.contact_points: phones_are_in_e164
insert into provisioned.contact_points values ('a4', 'phone', '(212) 555-0142');

-- provisioned.contact_points: emails_are_normalised
insert into provisioned.contact_points values ('a4', 'email', 'X@example.org');

-- provisioned.contact_points: every_contact_point_has_an_account
update provisioned.contact_points set account_id = 'none';

-- provisioned.school_members: every_member_has_a_linked_school
update provisioned.school_members set platform_school_id = null;

-- provisioned.school_members: every_member_has_a_role
update provisioned.school_members set role = null
where account_id = 'a1';

-- provisioned.school_members: member_roles_are_known
update provisioned.school_members set role = 'owner'
where account_id = 'a1';

-- provisioned.school_members: memberships_are_unique
insert into provisioned.school_members
select * from provisioned.school_members
limit 1;

-- provisioned.school_members: every_member_has_an_account
update provisioned.school_members set account_id = null
where account_id = 'a5';

-- provisioned.guardianships: guardianships_are_unique
insert into provisioned.guardianships
select * from provisioned.guardianships
limit 1;

-- provisioned.guardianships: guardian_and_student_differ (every_guardian_has_a_guardian_account)
update provisioned.guardianships set guardian_account_id = 'a4'
where guardian_account_id = 'a2';

-- provisioned.guardianships: every_guardian_has_a_guardian_account
update provisioned.guardianships set guardian_account_id = 'a1'
where guardian_account_id = 'a2';

-- provisioned.guardianships: every_student_has_that_account
update provisioned.guardianships set student_id = 'P9'
where student_id = 'P4';

-- provisioned.classes: every_class_is_complete
update provisioned.classes set class_name = null
where class_id = 'C1';

-- provisioned.classes: every_class_has_an_id (every_class_has_one_owner_seat)
update provisioned.classes set class_id = null
where class_id = 'C1';

-- provisioned.classes: each_class_id_has_one_class
insert into provisioned.classes
select * from provisioned.classes
limit 1;

-- provisioned.classes: every_owner_has_a_teacher_account
update provisioned.classes set owner_account_id = 'a4'
where class_id = 'C1';

-- provisioned.classes: every_class_has_one_owner_seat
update provisioned.class_seats set role = 'owner'
where class_id = 'C1';

-- provisioned.classes: every_class_has_one_owner_seat
delete from provisioned.class_seats;

-- provisioned.class_seats: every_seat_has_a_role
update provisioned.class_seats set role = null
where record_id = 'P4';

-- provisioned.class_seats: seat_roles_are_known
update provisioned.class_seats set role = 'guardian'
where record_id = 'P4';

-- provisioned.class_seats: seats_are_unique
insert into provisioned.class_seats
select * from provisioned.class_seats
limit 1;

-- provisioned.class_seats: every_seat_has_an_account
update provisioned.class_seats set account_id = 'none'
where record_id = 'P4';

-- provisioned.class_seats: every_seat_has_a_class
update provisioned.class_seats set class_id = null
where record_id = 'P4';

-- provisioned.class_seats: owner_seats_are_the_owners
update provisioned.class_seats set account_id = 'a2'
where record_id = 'T1';
