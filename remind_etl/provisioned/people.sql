-- All people, each in a role. A human being who is a teacher and a guardian is two rows here.
-- Grain: one row a person in a role. Key: person; role, id.
-- Inputs: provisioned_steps.live_teachers, provisioned_steps.guardians, provisioned_steps.live_students.
-- Outputs: provisioned_steps.people.

create or replace view provisioned_steps.people as
select
    person,
    0 as role_rank,
    'teacher' as "role",
    teacher_id as id,
    first_name,
    last_name,
    email,
    phone,
    null::date as dob,
    null::varchar as grade
from provisioned_steps.live_teachers
union all
select
    person,
    1,
    'guardian',
    guardian_id,
    first_name,
    last_name,
    email,
    phone,
    null,
    null
from provisioned_steps.guardians
union all
select
    person,
    2,
    'student',
    student_id,
    first_name,
    last_name,
    email,
    phone,
    dob,
    grade
from provisioned_steps.live_students;
