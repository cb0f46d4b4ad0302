-- The rows of students.csv. Inputs: sent, shared_ids, places, birthdays, valid.phones.
-- A row whose school was left out waits: it has no error of its own.

-- Rows with what counts of them. Key: line.
create or replace temp table typed as
select
    s.*,
    email(s.student_email) as email,
    own.e164 as phone,
    own.is_shortened,
    birthdays.born_on,
    birthdays.is_ambiguous as is_dob_ambiguous,
    grade_level(s.grade) as grade_level,
    email(s.guardian_email) as contact_email,
    theirs.e164 as contact_phone,
    theirs.is_shortened as is_contact_shortened,
    shared.lines as lines_of_two_people,
    is_read('schools.csv') and s.school_id is not null and w.id is null as is_school_unknown,
    is_read('schools.csv') and w.is_taken is not true as waits,
    hash(
        s.school_id, s.student_id, s.student_first_name, s.student_last_name, s.dob, s.grade, s.student_email,
        s.student_phone, s.guardian_first_name, s.guardian_last_name, s.guardian_email, s.guardian_phone
    ) as cells
from sent as s
left join shared_ids as shared on s.student_id = shared.id
left join places as w on s.school_id = w.id
left join birthdays on s.dob = birthdays."value"
left join valid.phones as own on s.student_phone = own."value"
left join valid.phones as theirs on s.guardian_phone = theirs."value";

-- Rows with something wrong. Key: line.
create or replace temp table judged as
select
    line,
    student_id as record_id,
    school_id,
    faults([
        blank(student_id, 'student_id', 'missing_id', error_for_id),
        blank(school_id, 'school_id', 'missing_value'),
        unnamed(student_first_name, 'student_first_name'),
        unnamed(student_last_name, 'student_last_name'),
        long(school_id, 'school_id'),
        long(student_id, 'student_id'),
        long(student_first_name, 'student_first_name'),
        long(student_last_name, 'student_last_name'),
        long(dob, 'dob'),
        long(grade, 'grade'),
        long(student_email, 'student_email'),
        long(student_phone, 'student_phone'),
        long(guardian_first_name, 'guardian_first_name'),
        long(guardian_last_name, 'guardian_last_name'),
        long(guardian_email, 'guardian_email'),
        long(guardian_phone, 'guardian_phone'),
        found(is_school_unknown, 'unknown_school', 'school_id', school_id),
        case
            when lines_of_two_people is not null
                then fault('two_people_under_one_id', 'student_id', student_id, lines_of_two_people, null)
        end
    ]) as errors,
    faults([
        unread('invalid_email', student_email, email, 'student_email'),
        unread('invalid_phone', student_phone, phone, 'student_phone'),
        found(is_shortened, 'phone_extension', 'student_phone', student_phone),
        found(is_dob_ambiguous, 'ambiguous_dob', 'dob', dob),
        unread('invalid_dob', if(is_dob_ambiguous, null, dob), born_on, 'dob'),
        unread('invalid_grade', grade, grade_level, 'grade'),
        unread('invalid_email', guardian_email, contact_email, 'guardian_email'),
        unread('invalid_phone', guardian_phone, contact_phone, 'guardian_phone'),
        found(is_contact_shortened, 'phone_extension', 'guardian_phone', guardian_phone),
        found(valid.is_curly(student_id), 'curly_quotes', 'student_id', student_id),
        found(valid.is_curly(student_first_name), 'curly_quotes', 'student_first_name', student_first_name),
        found(valid.is_curly(student_last_name), 'curly_quotes', 'student_last_name', student_last_name),
        found(valid.is_curly(guardian_first_name), 'curly_quotes', 'guardian_first_name', guardian_first_name),
        found(valid.is_curly(guardian_last_name), 'curly_quotes', 'guardian_last_name', guardian_last_name)
    ]) as alerts,
    waits,
    [school_id, student_id] as ids
from typed
where
    waits
    or lines_of_two_people is not null
    or is_shortened
    or is_contact_shortened
    or valid.is_curly(student_id)
    or valid.is_curly(student_first_name)
    or valid.is_curly(student_last_name)
    or valid.is_curly(guardian_first_name)
    or valid.is_curly(guardian_last_name)
    or not (
        has(school_id, 'school_id')
        and has(student_id, 'student_id')
        and is_name(student_first_name, 'student_first_name')
        and is_name(student_last_name, 'student_last_name')
        and is_kept(student_email, email)
        and is_kept(student_phone, phone)
        and is_kept(dob, born_on)
        and is_kept(grade, grade_level)
        and (guardian_first_name is null or has(guardian_first_name, 'guardian_first_name'))
        and (guardian_last_name is null or has(guardian_last_name, 'guardian_last_name'))
        and is_kept(guardian_email, contact_email)
        and is_kept(guardian_phone, contact_phone)
    );

-- Rows that are not left out. Key: line.
create or replace temp view usable as
select *
from typed
anti join left_out('judged') as l on typed.line = l.line;

-- Those that say nothing that one before them does not say. Key: line.
create or replace temp table repeated as
select
    line,
    student_id as record_id,
    school_id
from usable
where cells in (select u.cells from usable as u group by u.cells having count(*) > 1)
qualify
    row_number() over (
        partition by
            school_id, student_id, student_first_name, student_last_name, dob, grade, student_email, student_phone,
            guardian_first_name, guardian_last_name, guardian_email, guardian_phone
        order by line
    ) > 1;

-- One row a student, school and guardian. Key: line.
create or replace table valid.students as
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
    coalesce(guardian_first_name, guardian_last_name, guardian_email, guardian_phone) is not null as has_guardian
from usable
anti join repeated on usable.line = repeated.line;

-- Rows of one student that disagree with what the first rows say of the person. A blank says nothing. Key: line.
create or replace temp table differing as
with several as (
    select s.*
    from valid.students as s
    where
        s.student_id in (
            select o.student_id
            from (
                select
                    student_id,
                    hash(first_name, last_name, dob, grade, email, phone) as own
                from valid.students
            ) as o
            group by o.student_id
            having min(o.own) != max(o.own)
        )
),

first_rows as (
    select
        student_id,
        arg_min(valid.name_key(first_name), line) as first_name,
        arg_min(valid.name_key(last_name), line) as last_name,
        arg_min(dob, line) as dob,
        arg_min(grade, line) as grade,
        arg_min(email, line) as email,
        arg_min(phone, line) as phone
    from several
    group by student_id
)

select
    r.line,
    r.student_id as record_id,
    r.school_id,
    list_filter([
        case when valid.name_key(r.first_name) != f.first_name then 'student_first_name' end,
        case when valid.name_key(r.last_name) != f.last_name then 'student_last_name' end,
        case when r.dob != f.dob then 'dob' end,
        case when r.grade != f.grade then 'grade' end,
        case when r.email != f.email then 'student_email' end,
        case when r.phone != f.phone then 'student_phone' end
    ], lambda c: c is not null) as "columns"
from several as r
inner join first_rows as f on r.student_id = f.student_id;
