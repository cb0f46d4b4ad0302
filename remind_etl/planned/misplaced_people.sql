-- The delivered teachers and students whose row stands in the file of the other role today: the same id, a name that is alike,
-- and no row in their own file. The account itself may get the other role, or a second account would be made beside it.
-- Grain: one row a delivered account and account that gets the id. Key: account_id, other_account_id.
-- Inputs: planned_steps.delivered_people, planned.account_changes, raw.teachers, raw.students.
-- Outputs: planned_steps.misplaced_people.

create table planned_steps.misplaced_people as
with gained_ids as (
    select
        account_id,
        new_first_name,
        new_last_name,
        unnest(['students.csv', 'teachers.csv']) as other_file,
        unnest([new_student_id, new_teacher_id]) as new_id,
        unnest([old_student_id, old_teacher_id]) as old_id
    from planned.account_changes
    where "action" in ('create', 'link', 'update', 'revive')
),

listed as (
    select
        'teachers.csv' as "file",
        teacher_id as person_id,
        min(line) as line
    from raw.teachers
    group by teacher_id
    union all
    select
        'students.csv',
        student_id,
        min(line)
    from raw.students
    group by student_id
)

select
    delivered.account_id,
    gained.account_id as other_account_id,
    replace(delivered."file", 's.csv', '') as record_type,
    delivered.person_id as record_id,
    gained.other_file,
    other.line
from planned_steps.delivered_people as delivered
inner join gained_ids as gained on delivered.person_id = gained.new_id and delivered."file" != gained.other_file
inner join listed as other on gained.other_file = other."file" and gained.new_id = other.person_id
anti join listed as own on delivered."file" = own."file" and delivered.person_id = own.person_id
where
    gained.new_id is distinct from gained.old_id
    and valid.is_like(delivered.first_name, delivered.last_name, gained.new_first_name, gained.new_last_name);
