-- The counts by which provisioned.class_memberships is judged. They are of the numbered rows that the view shows: those
-- of enrollments.csv, and one a class for its owner.
-- Key: none, one row.
-- Inputs: provisioned.class_membership_rows, .class_memberships, .class_rows, .account_rows, .school_member_rows,
-- .teacher_persons, .live_schools; valid.enrollments.

with classes as (
    select
        class.class_number,
        class.class_id,
        school.school_number,
        owner.person as owner
    from provisioned.class_rows as class
    left join provisioned.live_schools as school on class.school_id = school.school_id
    left join provisioned.account_rows as owner on class.owner_teacher_id = owner.teacher_id
),

judged as (
    select
        count(*) as enrolled_rows,
        count(*) filter (where account.person is null) as without_account,
        count(*) filter (where class.class_number is null) as without_class,
        count(*) filter (
            where if(membership.is_student, account.student_id is null, account.teacher_id is null)
        ) as other_records,
        count(*) filter (where member.person is null) as elsewhere
    from provisioned.class_membership_rows as membership
    left join provisioned.account_rows as account on membership.person = account.person
    left join classes as class on membership.class_number = class.class_number
    left join provisioned.school_member_rows as member
        on
            membership.person = member.person
            and class.school_number = member.school_number
            and member."role" = if(membership.is_student, 'student', 'teacher')
),

-- The rows of owners are few, so they are read as the view shows them.
owners as (
    select
        count(*) filter (where account.account_id is null) as without_account,
        count(*) filter (where class.class_id is null) as without_class,
        count(*) filter (where membership.account_id != class.owner_account_id) as other_owners,
        count(*) filter (where membership.record_id is distinct from account.teacher_id) as other_records
    from provisioned.class_memberships as membership
    left join provisioned.account_rows as account on membership.account_id = account.account_id
    left join provisioned.class_rows as class on membership.class_id = class.class_id
    where membership."role" = 'owner'
),

shown as (
    select (select count(*) from provisioned.class_memberships) - (select count(*) from provisioned.class_rows) as enrolled_rows
),

repeated as (
    select count(*) as repeated
    from (
        select 1
        from provisioned.class_membership_rows
        group by class_number, person, is_student
        having count(*) > 1
    ) as several
),

users as (
    select
        'student' as "role",
        student_id as user_id,
        person
    from provisioned.account_rows
    where student_id is not null
    union all
    select
        'teacher',
        teacher_id,
        person
    from provisioned.teacher_persons
),

-- Whoever is enrolled in a class that is made, and has an account, has a membership. An owner has that one alone.
enrolled as (
    select count(*) as enrolled
    from (
        select distinct
            class.class_number,
            users.person,
            users."role"
        from valid.enrollments as enrollment
        inner join classes as class on enrollment.class_id = class.class_id
        inner join users on enrollment."role" = users."role" and enrollment.user_id = users.user_id
        where users.person != class.owner
    )
)

select
    judged.without_account + owners.without_account as without_account,
    judged.without_class + owners.without_class as without_class,
    judged.other_records + owners.other_records as other_records,
    judged.elsewhere,
    owners.other_owners,
    abs(judged.enrolled_rows - shown.enrolled_rows) as not_shown,
    repeated.repeated,
    enrolled.enrolled,
    abs(enrolled.enrolled - judged.enrolled_rows) as lost
from judged
cross join owners
cross join shown
cross join repeated
cross join enrolled;
