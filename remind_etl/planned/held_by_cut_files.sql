-- Hold `cut_files`: what would be removed because of a file that may be cut off. held_dependents.sql adds what depends on it.
-- A file that ends as the earlier file may be whole: a contact point with another of its kind in its stead does not wait.
-- Who is not named in their own file may be named in the lost part of another one: so they are not known to be absent.
-- Grain: one row a change. Key: change_id.
-- Inputs: planned_steps.cut_files, planned_steps.lost_roles, planned.contact_point_changes, planned.school_member_changes,
-- planned.guardianship_changes, planned.class_changes, planned.class_membership_changes, platform_accounts,
-- provisioned.contact_points. Outputs: planned.waits.

insert into planned.waits
with lost_contacts as (
    select
        contact.change_id,
        unnest(string_split(account.roles, '+')) as "role",
        other.account_id is not null as is_replaced
    from planned.contact_point_changes as contact
    inner join platform_accounts as account on contact.old_account_id = account.account_id
    left join (
        select distinct
            account_id,
            kind
        from provisioned.contact_points
    ) as other on contact.old_account_id = other.account_id and contact.kind = other.kind
    where contact."action" in ('remove', 'update')
),

losses as (
    select
        change_id,
        if("role" = 'guardian', 'guardian', 'absent ' || "role") as "role",
        false as is_replaced
    from planned_steps.lost_roles
    union all
    select
        change_id,
        "role",
        is_replaced
    from lost_contacts
    union all
    select
        change_id,
        "role",
        false
    from planned.school_member_changes
    where "action" = 'remove'
    union all
    select
        change_id,
        'guardian',
        false
    from planned.guardianship_changes
    where "action" = 'remove'
    union all
    select
        change_id,
        if("action" = 'remove', 'absent class', 'class'),
        false
    from planned.class_changes
    where "action" = 'remove' or ("action" = 'update' and old_owner_account_id != new_owner_account_id)
    union all
    select
        change_id,
        case "role"
            when 'owner' then 'class'
            when 'co_teacher' then 'member who teaches'
            else 'member'
        end,
        false
    from planned.class_membership_changes
    where "action" = 'remove'
),

files_of_roles as (
    select pairs.*
    from (
        values
        ('teacher', 'teachers.csv'),
        ('guardian', 'students.csv'),
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
from losses as loss
inner join files_of_roles as role_file on loss."role" = role_file."role"
inner join planned_steps.cut_files as cut on role_file."file" = cut."file"
where not (loss.is_replaced and cut.reason_code = 'file_ends_as_earlier')
group by loss.change_id;
