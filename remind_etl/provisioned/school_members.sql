-- The persons at each linked school, in each role. Guardians are where their students are.
-- Inputs: valid.teachers, provisioned.live_schools, provisioned_steps.live_teachers, provisioned_steps.student_lines,
-- provisioned.person_identity, provisioned.account_rows.
-- Outputs: provisioned.school_member_rows, provisioned.school_members.

-- Grain: one row a person, school and role, by their numbers. Key: person, school_number, role.
create or replace table provisioned.school_member_rows as
with students_at_schools as (
    select distinct
        student,
        school_number
    from provisioned_steps.student_lines
),

people_at_schools as (
    select
        teacher.person,
        school.school_number,
        'teacher' as "role"
    from valid.teachers as teacher_row
    inner join provisioned.live_schools as school on teacher_row.school_id = school.school_id
    inner join provisioned_steps.live_teachers as teacher on teacher_row.teacher_id = teacher.teacher_id
    union all
    select
        student,
        school_number,
        'student'
    from students_at_schools
    union all
    select
        line.guardian,
        student.school_number,
        'guardian'
    from provisioned_steps.student_lines as line
    inner join students_at_schools as student on line.student = student.student
    where line.guardian is not null
)

select distinct
    identity.canonical_person as person,
    present.school_number,
    present."role"
from people_at_schools as present
inner join provisioned.person_identity as identity on present.person = identity.person
where identity.outcome != 'no_account';

-- Grain: one row an account, school and role. Key: account_id, school_id, role.
create or replace view provisioned.school_members as
select
    account.account_id,
    school.school_id,
    school.platform_school_id,
    member."role"
from provisioned.school_member_rows as member
inner join provisioned.live_schools as school on member.school_number = school.school_number
inner join provisioned.account_rows as account on member.person = account.person;
