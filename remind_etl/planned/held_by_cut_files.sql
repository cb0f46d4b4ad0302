-- Hold `cut_files`: what would be removed because of a file that may be cut off. held_dependents.sql adds what depends on it.
-- A file that ends as the earlier file may be whole: a contact point with another of its kind in its stead does not wait.
-- Who is not named in their own file may be named in the lost part of another one: so they are not known to be absent.
-- A teacher's lost row frees a phone, and the guardian who gets it is then another one: so guardians rest on teachers.csv too.
-- One account may be a teacher, a guardian and a student, because all their rows agree. A cut row of one file may part them,
-- or join them with another account. So what an account loses rests on the files of all its roles, and on those of the
-- account that gets its id or contact point.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.cut_files, planned_steps.losses, planned.contact_point_changes, platform_accounts,
-- provisioned.accounts. Outputs: planned.waits.

insert into planned.waits
with successors as (
    select
        before.account_id,
        other.roles
    from platform_accounts as before
    inner join provisioned.accounts as other
        on before.account_id != other.account_id and before.student_id = other.student_id
    union all
    select
        before.account_id,
        other.roles
    from platform_accounts as before
    inner join provisioned.accounts as other
        on before.account_id != other.account_id and before.teacher_id = other.teacher_id
    union all
    select
        contact.old_account_id,
        other.roles
    from planned.contact_point_changes as contact
    inner join provisioned.accounts as other on contact.new_account_id = other.account_id
    where contact."action" = 'update'
),

roles_of_accounts as (
    select
        account_id,
        unnest(string_split(roles, '+')) as "role"
    from (
        select
            account_id,
            roles
        from platform_accounts
        union all
        from successors
    )
),

reasons as (
    select
        change_id,
        "role",
        is_replaced
    from planned_steps.losses
    union all
    select
        loss.change_id,
        account."role",
        loss.is_replaced
    from planned_steps.losses as loss
    inner join roles_of_accounts as account on loss.account_id = account.account_id
),

files_of_roles as (
    select pairs.*
    from (
        values
        ('teacher', 'teachers.csv'),
        ('guardian', 'students.csv'),
        ('guardian', 'teachers.csv'),
        ('student', 'students.csv'),
        ('absent teacher', 'teachers.csv'),
        ('absent teacher', 'classes.csv'),
        ('absent teacher', 'enrollments.csv'),
        ('absent student', 'students.csv'),
        ('absent student', 'enrollments.csv'),
        ('class', 'classes.csv'),
        ('class', 'teachers.csv'),
        ('absent class', 'classes.csv'),
        ('absent class', 'teachers.csv'),
        ('absent class', 'enrollments.csv'),
        ('member who teaches', 'enrollments.csv'),
        ('member who teaches', 'classes.csv'),
        ('member who teaches', 'teachers.csv'),
        ('member', 'enrollments.csv'),
        ('member', 'classes.csv'),
        ('member', 'students.csv')
    ) as pairs ("role", "file")
)

select
    'cut_files' as hold,
    loss.change_id,
    min(cut.reason_code) as reason_code
from reasons as loss
inner join files_of_roles as role_file on loss."role" = role_file."role"
inner join planned_steps.cut_files as cut on role_file."file" = cut."file"
where not (loss.is_replaced and cut.reason_code = 'file_ends_as_earlier')
group by loss.change_id;
