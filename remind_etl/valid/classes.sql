-- The judged rows of classes.csv. Key: line. Inputs: raw.classes, known, whereabouts, valid.schools.
-- A row whose school was left out waits: it has no error of its own. One whose teacher was left out does not wait: a
-- co-teacher may own the class.

create or replace temp table judged as
with typed as (
    select
        c.*,
        leads_nowhere(c.school_id, 'schools.csv') as is_school_unknown,
        is_read('schools.csv') and v.school_id is null as is_school_left_out,
        leads_nowhere(c.teacher_id, 'teachers.csv') as is_teacher_unknown,
        is_elsewhere(t.school_ids, t.may_be_elsewhere, c.school_id) as is_teacher_elsewhere
    from raw.classes as c
    left join valid.schools as v on c.school_id = v.school_id
    left join whereabouts as t on t."file" = 'teachers.csv' and c.teacher_id = t.id
)

select
    line,
    school_id,
    class_id,
    teacher_id,
    class_name,
    class_id as record_id,
    faults([
        blank(class_id, 'class_id', 'missing_id'),
        blank(school_id, 'school_id', 'missing_value'),
        blank(teacher_id, 'teacher_id', 'missing_value'),
        blank(class_name, 'class_name', 'missing_value'),
        long(school_id, 'school_id', 1000),
        long(class_id, 'class_id', 1000),
        long(teacher_id, 'teacher_id', 1000),
        long(class_name, 'class_name', 255),
        found(
            class_id is not null and row_number() over (partition by class_id order by line) > 1,
            'duplicate_class', 'class_id', class_id
        ),
        found(is_school_unknown, 'unknown_school', 'school_id', school_id),
        found(is_teacher_unknown, 'unknown_teacher', 'teacher_id', teacher_id),
        found(is_teacher_elsewhere and not is_school_unknown, 'school_mismatch', 'teacher_id', teacher_id)
    ]) as errors,
    no_faults() as alerts,
    is_school_left_out as waits,
    [school_id, class_id, teacher_id] as ids
from typed;

-- One row a class. Key: class_id.
create or replace table valid.classes as
select
    line,
    school_id,
    class_id,
    teacher_id,
    class_name
from judged
where len(errors) = 0 and not waits;
