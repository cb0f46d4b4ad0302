-- The judged rows of teachers.csv. Key: line. Inputs: raw.teachers, known, valid.schools, valid.phones.
-- A row whose school was left out waits: it has no error of its own.

create or replace temp table judged as
with typed as (
    select
        t.*,
        email(t.teacher_email) as email,
        p.e164 as phone,
        p.has_extension,
        leads_nowhere(t.school_id, 'schools.csv') as is_school_unknown,
        is_read('schools.csv') and v.school_id is null as is_school_left_out
    from raw.teachers as t
    left join valid.schools as v on t.school_id = v.school_id
    left join valid.phones as p on t.teacher_mobile_phone = p."value"
)

select
    line,
    school_id,
    teacher_id,
    teacher_first_name as first_name,
    teacher_last_name as last_name,
    email,
    phone,
    teacher_id as record_id,
    faults([
        blank(teacher_id, 'teacher_id', 'missing_id'),
        blank(school_id, 'school_id', 'missing_value'),
        blank(teacher_first_name, 'teacher_first_name', 'missing_value'),
        blank(teacher_last_name, 'teacher_last_name', 'missing_value'),
        blank(teacher_email, 'teacher_email', 'missing_value'),
        long(school_id, 'school_id', 1000),
        long(teacher_id, 'teacher_id', 1000),
        long(teacher_first_name, 'teacher_first_name', 1000),
        long(teacher_last_name, 'teacher_last_name', 1000),
        long(teacher_email, 'teacher_email', 1000),
        long(teacher_mobile_phone, 'teacher_mobile_phone', 1000),
        found(is_school_unknown, 'unknown_school', 'school_id', school_id)
    ]) as errors,
    faults([
        unread('invalid_email', teacher_email, email, 'teacher_email'),
        unread('invalid_phone', teacher_mobile_phone, phone, 'teacher_mobile_phone'),
        found(has_extension, 'phone_extension', 'teacher_mobile_phone', teacher_mobile_phone)
    ]) as alerts,
    is_school_left_out as waits,
    [school_id, teacher_id] as ids
from typed;

-- One row a teacher and school. Key: line.
create or replace table valid.teachers as
select
    line,
    school_id,
    teacher_id,
    first_name,
    last_name,
    email,
    phone
from judged
where len(errors) = 0 and not waits;

-- Rows of one teacher that disagree with what the first rows say of the person. A blank says nothing.
insert into valid.findings by name
with first_rows as (
    select
        teacher_id,
        arg_min(name_key(first_name), line) as first_name,
        arg_min(name_key(last_name), line) as last_name,
        arg_min(email, line) as email,
        arg_min(phone, line) as phone
    from valid.teachers
    group by teacher_id
    having count(*) > 1
),

differences as (
    select
        r.teacher_id,
        r.school_id,
        r.line,
        faults([
            case when name_key(r.first_name) != f.first_name then 'teacher_first_name' end,
            case when name_key(r.last_name) != f.last_name then 'teacher_last_name' end,
            case when r.email != f.email then 'teacher_email' end,
            case when r.phone != f.phone then 'teacher_mobile_phone' end
        ]) as differing
    from valid.teachers as r
    inner join first_rows as f on r.teacher_id = f.teacher_id
)

select
    'valid/teachers' as found_by,
    'conflicting_rows' as code,
    'teachers.csv' as "file",
    min(line) as "line",
    'teacher' as record_type,
    teacher_id as record_id,
    arg_min(school_id, line) as school_id,
    array_to_string(list_sort(list_distinct(flatten(list(differing)))), ', ') as detail
from differences
where len(differing) > 0
group by teacher_id;
