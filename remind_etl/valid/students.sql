-- The judged rows of students.csv. Key: line. Inputs: raw.students, known, valid.schools, valid.phones.
-- A row whose school was left out waits: it has no error of its own.

create or replace temp table judged as
with typed as (
    select
        s.*,
        email(s.student_email) as email,
        own.e164 as phone,
        own.has_extension,
        birthday(s.dob) as born_on,
        grade_level(s.grade) as grade_level,
        email(s.guardian_email) as contact_email,
        theirs.e164 as contact_phone,
        theirs.has_extension as has_contact_extension,
        leads_nowhere(s.school_id, 'schools.csv') as is_school_unknown,
        is_read('schools.csv') and v.school_id is null as is_school_left_out
    from raw.students as s
    left join valid.schools as v on s.school_id = v.school_id
    left join valid.phones as own on s.student_phone = own."value"
    left join valid.phones as theirs on s.guardian_phone = theirs."value"
)

select
    line,
    school_id,
    student_id,
    student_first_name as first_name,
    student_last_name as last_name,
    born_on as dob,
    grade_level as grade,
    email,
    phone,
    guardian_first_name,
    guardian_last_name,
    contact_email as guardian_email,
    contact_phone as guardian_phone,
    coalesce(guardian_first_name, guardian_last_name, guardian_email, guardian_phone) is not null as has_guardian,
    student_id as record_id,
    faults([
        blank(student_id, 'student_id', 'missing_id'),
        blank(school_id, 'school_id', 'missing_value'),
        blank(student_first_name, 'student_first_name', 'missing_value'),
        blank(student_last_name, 'student_last_name', 'missing_value'),
        long(school_id, 'school_id', 1000),
        long(student_id, 'student_id', 1000),
        long(student_first_name, 'student_first_name', 1000),
        long(student_last_name, 'student_last_name', 1000),
        long(dob, 'dob', 1000),
        long(grade, 'grade', 1000),
        long(student_email, 'student_email', 1000),
        long(student_phone, 'student_phone', 1000),
        long(guardian_first_name, 'guardian_first_name', 1000),
        long(guardian_last_name, 'guardian_last_name', 1000),
        long(guardian_email, 'guardian_email', 1000),
        long(guardian_phone, 'guardian_phone', 1000),
        found(is_school_unknown, 'unknown_school', 'school_id', school_id)
    ]) as errors,
    faults([
        unread('invalid_email', student_email, email, 'student_email'),
        unread('invalid_phone', student_phone, phone, 'student_phone'),
        found(has_extension, 'phone_extension', 'student_phone', student_phone),
        unread('invalid_dob', dob, born_on::varchar, 'dob'),
        unread('invalid_grade', grade, grade_level, 'grade'),
        unread('invalid_email', guardian_email, contact_email, 'guardian_email'),
        unread('invalid_phone', guardian_phone, contact_phone, 'guardian_phone'),
        found(has_contact_extension, 'phone_extension', 'guardian_phone', guardian_phone)
    ]) as alerts,
    is_school_left_out as waits,
    [school_id, student_id] as ids
from typed;

-- One row a student, school and guardian. Key: line.
create or replace table valid.students as
select * exclude (record_id, errors, alerts, waits, ids)
from judged
where len(errors) = 0 and not waits;

-- Rows of one student that disagree with what the first rows say of the person. A blank says nothing.
insert into valid.findings by name
with first_rows as (
    select
        student_id,
        arg_min(name_key(first_name), line) as first_name,
        arg_min(name_key(last_name), line) as last_name,
        arg_min(dob, line) as dob,
        arg_min(grade, line) as grade,
        arg_min(email, line) as email,
        arg_min(phone, line) as phone
    from valid.students
    group by student_id
    having count(*) > 1
),

differences as (
    select
        r.student_id,
        r.school_id,
        r.line,
        faults([
            case when name_key(r.first_name) != f.first_name then 'student_first_name' end,
            case when name_key(r.last_name) != f.last_name then 'student_last_name' end,
            case when r.dob != f.dob then 'dob' end,
            case when r.grade != f.grade then 'grade' end,
            case when r.email != f.email then 'student_email' end,
            case when r.phone != f.phone then 'student_phone' end
        ]) as differing
    from valid.students as r
    inner join first_rows as f on r.student_id = f.student_id
)

select
    'valid/students' as found_by,
    'conflicting_rows' as code,
    'students.csv' as "file",
    min(line) as "line",
    'student' as record_type,
    student_id as record_id,
    arg_min(school_id, line) as school_id,
    array_to_string(list_sort(list_distinct(flatten(list(differing)))), ', ') as detail
from differences
where len(differing) > 0
group by student_id;
