-- The people who can be enrolled at a school, and in which role. An id that is both a student's and a teacher's means the
-- student.
-- Grain: one row a person and school. Key: id, school_id; member.
-- Inputs: valid.students, valid.teachers, raw.students. Outputs: valid_steps.enrollment_members.

create or replace table valid_steps.enrollment_members as
select
    *,
    row_number() over () as member
from (
    select distinct
        student_id as id,
        school_id,
        'student' as "role"
    from valid.students
    union all
    select distinct
        teacher.teacher_id,
        teacher.school_id,
        'teacher'
    from valid.teachers as teacher
    anti join raw.students as student on teacher.teacher_id = student.student_id
);
