-- Enrollments that are left out without a problem of their own, because their class or person was, with the row of these.
-- Grain: one row a line. Key: line.
-- Inputs: valid_steps.enrollments_judged, valid_steps.enrollments_typed, raw.classes, raw.students, raw.teachers,
-- raw.reject_tokens, valid.left_out. Outputs: reasons.

insert into reasons by name
with waiting as (
    select
        judged.line,
        judged.school_id,
        judged.ids[2] as class_id,
        judged.ids[3] as user_id,
        typed.class_line is null as is_class_missing
    from valid_steps.enrollments_judged as judged
    inner join valid_steps.enrollments_typed as typed on judged.line = typed.line
    where judged.waits and len(judged.errors) = 0
),

records as (
    select
        'classes.csv' as "file",
        line,
        class_id as id
    from raw.classes
    union all
    select
        'students.csv',
        line,
        student_id
    from raw.students
    union all
    select
        'teachers.csv',
        line,
        teacher_id
    from raw.teachers
),

left_out_records as (
    select
        record.*,
        '_left_out' as outcome
    from records as record
    semi join valid.left_out as row_left_out
        on record."file" = row_left_out."file" and record.line = row_left_out.line and row_left_out.found_by like 'valid/%'
    union all
    select
        "file",
        line,
        cell,
        '_unread'
    from raw.reject_tokens
    where "file" in ('classes.csv', 'students.csv', 'teachers.csv')
),

causes as (
    select
        id,
        "file" = 'classes.csv' as is_class,
        unnest(min({ 'cause_line': line, 'cause_file': "file", 'outcome': outcome }))
    from left_out_records
    group by id, is_class
)

select
    'valid/enrollments' as found_by,
    'enrollment' as kind,
    waiting.class_id as id,
    waiting.user_id as second_id,
    coalesce('class' || class.outcome, 'person' || person.outcome, 'person_left_out') as reason_code,
    'enrollments.csv' as "file",
    waiting.line,
    coalesce(class.cause_file, person.cause_file) as cause_file,
    coalesce(class.cause_line, person.cause_line) as cause_line,
    waiting.school_id
from waiting
left join causes as class on waiting.is_class_missing and class.is_class and waiting.class_id = class.id
left join causes as person on not person.is_class and waiting.user_id = person.id;
