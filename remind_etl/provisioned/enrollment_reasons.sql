-- Enrollments of which no membership is made: the teacher has no account, the class is not made, or the line could not be
-- read and two of its cells are a class and a person of the files.
-- Grain: one row a line. Key: line, id, second_id, reason_code.
-- Inputs: valid.enrollments, valid.classes, valid.teachers, mapped.schools, raw.reject_tokens, raw.classes, raw.students,
-- raw.teachers, provisioned.teacher_persons, provisioned.classes. Outputs: reasons.

insert into reasons by name
with teachers_without_account as (
    select teacher_id
    from valid.teachers
    except
    select teacher_id
    from provisioned.teacher_persons
),

classes_not_made as (
    select class_id
    from valid.classes
    except
    select class_id
    from provisioned.classes
),

not_made as (
    select
        enrollment.line,
        enrollment.school_id,
        enrollment.class_id,
        enrollment.user_id,
        'no_account' as reason_code
    from valid.enrollments as enrollment
    semi join teachers_without_account as teacher on enrollment.user_id = teacher.teacher_id
    where enrollment."role" = 'teacher'
    union all
    select
        enrollment.line,
        enrollment.school_id,
        enrollment.class_id,
        enrollment.user_id,
        'no_class'
    from valid.enrollments as enrollment
    semi join classes_not_made as class on enrollment.class_id = class.class_id
),

rejected_cells as (
    select
        line,
        cell
    from raw.reject_tokens
    where "file" = 'enrollments.csv'
),

people as (
    select student_id as id
    from raw.students
    union all
    select teacher_id
    from raw.teachers
)

select
    'provisioned/rosters' as found_by,
    'enrollment' as kind,
    not_made.class_id as id,
    not_made.user_id as second_id,
    not_made.reason_code,
    'enrollments.csv' as "file",
    not_made.line,
    not_made.school_id
from not_made
semi join mapped.schools as school on not_made.school_id = school.school_id and school.link = 'confirmed'
union all
select distinct
    'provisioned/rosters',
    'enrollment',
    class.cell,
    person.cell as user_id,
    'unread',
    'enrollments.csv',
    class.line,
    null
from (from rejected_cells semi join raw.classes as known on rejected_cells.cell = known.class_id) as class
inner join (from rejected_cells semi join people on rejected_cells.cell = people.id) as person on class.line = person.line;
