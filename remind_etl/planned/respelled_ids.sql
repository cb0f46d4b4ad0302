-- The delivered teachers, students and classes that their own file names under another spelling of the id: zeros, case,
-- blanks, `.0`, quotes or accents differ, another encoding changed its letters, or a spreadsheet made a date of it. Neither
-- spelling is trusted: see held_by_unsure_ids.
-- An id that the platform already has is no other spelling. An id with a delimiter in it stands for the delivered id that is
-- a token of it: quotes around several cells make one cell of them, as in `S1,"P1,Cy,Fox",2012-01-31`.
-- Grain: one row a delivered record and new id. Key: record_type, old_id, new_id.
-- Inputs: planned_steps.delivered_people, raw.teachers, raw.students, raw.classes, platform_classes.
-- Outputs: planned_steps.respelled_ids.

create table planned_steps.respelled_ids as
with delivered as (
    select
        "file",
        person_id as id,
        account_id
    from planned_steps.delivered_people
    union all
    select
        'classes.csv',
        class_id,
        null
    from platform_classes
    where removed_at is null
),

listed as (
    select
        'teachers.csv' as "file",
        teacher_id as id,
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
    union all
    select
        'classes.csv',
        class_id,
        min(line)
    from raw.classes
    group by class_id
),

absent as (
    from delivered
    anti join listed using ("file", id)
),

newcomers as (
    from listed
    anti join delivered using ("file", id)
),

absent_forms as (
    select
        *,
        unnest(valid.forms_of_id(id), recursive := true)
    from absent
),

new_forms as (
    select
        *,
        unnest(valid.forms_of_id(id), recursive := true)
    from newcomers
),

joined_cells as (
    select
        *,
        unnest(valid.tokens([id])) as token
    from newcomers
    where regexp_matches(id, '[,;|\t]')
),

pairs as (
    select
        former."file",
        newcomer.line,
        former.account_id,
        former.id as old_id,
        newcomer.id as new_id
    from absent_forms as former
    inner join new_forms as newcomer using ("file", form)
    where former.is_damaged is null or former.is_damaged != newcomer.is_damaged
    union
    select
        absent."file",
        cell.line,
        absent.account_id,
        absent.id as old_id,
        cell.id as new_id
    from absent
    inner join joined_cells as cell on absent."file" = cell."file" and absent.id = cell.token
)

select
    replace(replace("file", 'classes.csv', 'class'), 's.csv', '') as record_type,
    "file",
    line,
    account_id,
    old_id,
    new_id
from pairs;
