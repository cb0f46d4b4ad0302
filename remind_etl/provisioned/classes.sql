-- The classes of linked schools. The owner is the class's teacher. If that teacher has no account, the co-teacher with
-- the first id owns the class. If only the teacher's row was left out and the platform has the account, the class waits
-- with the teacher.
-- Inputs: valid.classes, valid.enrollments, provisioned.account_rows, provisioned.teacher_persons, provisioned.waiting_teachers,
-- provisioned.live_schools.
-- Outputs: provisioned.class_rows, provisioned.classes.

-- Grain: one row a class. Key: class_number; class_id.
create or replace table provisioned.class_rows as
with classes_without_their_teacher as (
    select class.class_id
    from valid.classes as class
    anti join provisioned.teacher_persons as person on class.teacher_id = person.teacher_id
    anti join provisioned.waiting_teachers as waiting on class.teacher_id = waiting.teacher_id
),

first_co_teachers as (
    select
        enrollment.class_id,
        min(enrollment.user_id) as teacher_id
    from valid.enrollments as enrollment
    semi join classes_without_their_teacher as orphaned on enrollment.class_id = orphaned.class_id
    semi join provisioned.teacher_persons as person on enrollment.user_id = person.teacher_id
    where enrollment."role" = 'teacher'
    group by enrollment.class_id
),

classes_with_owner as (
    select
        class.class_id,
        class.school_id,
        school.platform_school_id,
        class.class_name,
        coalesce(co_teacher.teacher_id, class.teacher_id) as owner_teacher_id
    from valid.classes as class
    inner join provisioned.live_schools as school on class.school_id = school.school_id
    left join first_co_teachers as co_teacher on class.class_id = co_teacher.class_id
)

select
    row_number() over () as class_number,
    class.class_id,
    class.school_id,
    class.platform_school_id,
    class.class_name,
    account.account_id as owner_account_id,
    account.teacher_id as owner_teacher_id
from classes_with_owner as class
inner join provisioned.teacher_persons as owner on class.owner_teacher_id = owner.teacher_id
inner join provisioned.account_rows as account on owner.person = account.person;

-- Grain: one row a class. Key: class_id.
create or replace view provisioned.classes as
select * exclude (class_number)
from provisioned.class_rows;
