-- The memberships of classes: owner, co-teacher or student. Whoever owns a class has no other membership in it.
-- Inputs: provisioned.account_rows, provisioned.teacher_persons, provisioned.class_rows, valid.enrollments.
-- Outputs: provisioned.class_membership_rows, provisioned.class_memberships.

-- The memberships that enrollments.csv gives.
-- Grain: one row a class, person and role, by their numbers. Key: class_number, person, is_student.
create or replace table provisioned.class_membership_rows as
with users as (
    select
        person,
        student_id as user_id,
        true as is_student
    from provisioned.account_rows
    where student_id is not null
    union all
    select
        person,
        teacher_id,
        false
    from provisioned.teacher_persons
),

classes_with_owner as (
    select
        class.class_number,
        class.class_id,
        owner.person as owner
    from provisioned.class_rows as class
    inner join provisioned.account_rows as owner on class.owner_teacher_id = owner.teacher_id
)

select distinct
    class.class_number,
    users.person,
    users.is_student
from valid.enrollments as enrollment
inner join users on enrollment.user_id = users.user_id and users.is_student = (enrollment."role" = 'student')
inner join classes_with_owner as class on enrollment.class_id = class.class_id
where users.person != class.owner;

-- Grain: one row a class, account and role. Key: class_id, account_id, role.
create or replace view provisioned.class_memberships as
select
    class_id,
    owner_account_id as account_id,
    'owner' as "role",
    owner_teacher_id as record_id
from provisioned.class_rows
union all
select
    class.class_id,
    account.account_id,
    if(membership.is_student, 'student', 'co_teacher'),
    if(membership.is_student, account.student_id, account.teacher_id)
from provisioned.class_membership_rows as membership
inner join provisioned.class_rows as class on membership.class_number = class.class_number
inner join provisioned.account_rows as account on membership.person = account.person;
