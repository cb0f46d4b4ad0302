-- A membership stays if its enrollment was left out. Owners come from classes.csv, so enrollments.csv never protects them.
-- A name or an email may stand in place of the person's id. If the person cannot be read, the whole class stays; if the class
-- cannot, the person stays in each class; if neither can, all members of the row's school stay, and without a school all
-- members. A student who moved to another school leaves the class, although the old enrollment is still sent.
-- Grain: one row a membership. Key: change_id.
-- Inputs: planned_steps.removed_memberships, planned_steps.left_out_tokens, planned_steps.unreadable_enrollments,
-- planned_steps.memberships_of_moved_students, planned_steps.named_members, platform_classes, mapped.schools.
-- Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
with cells as (
    select
        line,
        cell
    from planned_steps.left_out_tokens
    where "file" = 'enrollments.csv'
),

lines_without_person as (
    select line
    from planned_steps.unreadable_enrollments
    where is_without_person
),

lines_without_class as (
    select line
    from planned_steps.unreadable_enrollments
    where is_without_class
),

lines_without_both as (
    from lines_without_person
    semi join lines_without_class using (line)
),

schools_of_lines as (
    select
        cell.line,
        cell.cell as school_id
    from cells as cell
    semi join (
        select school_id
        from platform_classes
        union
        select school_id
        from mapped.schools
    ) as school on cell.cell = school.school_id
),

memberships as (
    select
        membership.*,
        class.school_id
    from planned_steps.removed_memberships as membership
    left join platform_classes as class using (class_id)
    anti join planned_steps.memberships_of_moved_students as moved on membership.change_id = moved.change_id
    where membership."role" != 'owner'
),

by_class as (
    select
        membership.change_id,
        cell.line
    from memberships as membership
    inner join cells as cell on membership.class_id = cell.cell
),

by_person as (
    select
        membership.change_id,
        cell.line
    from memberships as membership
    inner join cells as cell on membership.person_id = cell.cell
),

by_school as (
    select
        membership.change_id,
        row_without_both.line
    from lines_without_both as row_without_both
    left join schools_of_lines as school using (line)
    inner join memberships as membership on coalesce(school.school_id, membership.school_id) = membership.school_id
)

select
    change_id,
    'memberships_protected_by_unreadable_enrollments' as rule,
    'enrollment_row_rejected' as reason_code,
    'enrollments.csv' as "file",
    min(line) as line
from (
    from by_class
    semi join by_person using (change_id, line)
    union all
    from by_class
    semi join planned_steps.named_members using (change_id, line)
    union all
    from by_class
    semi join lines_without_person using (line)
    union all
    from by_person
    semi join lines_without_class using (line)
    union all
    from by_school
)
group by change_id;
