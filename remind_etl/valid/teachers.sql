-- The rows of teachers.csv. Inputs: sent, shared_ids, places, valid.phones.
-- A row whose school was left out waits: it has no error of its own.

-- Rows with what counts of them. Key: line.
create or replace temp table typed as
select
    t.*,
    email(t.teacher_email) as email,
    p.e164 as phone,
    p.is_shortened,
    shared.lines as lines_of_two_people,
    is_read('schools.csv') and t.school_id is not null and w.id is null as is_school_unknown,
    is_read('schools.csv') and w.is_taken is not true as waits,
    hash(
        t.school_id, t.teacher_id, t.teacher_first_name, t.teacher_last_name, t.teacher_email, t.teacher_mobile_phone
    ) as cells
from sent as t
left join shared_ids as shared on t.teacher_id = shared.id
left join places as w on t.school_id = w.id
left join valid.phones as p on t.teacher_mobile_phone = p."value";

-- Rows with something wrong. Key: line.
create or replace temp table judged as
select
    line,
    teacher_id as record_id,
    school_id,
    faults([
        blank(teacher_id, 'teacher_id', 'missing_id', error_for_id),
        blank(school_id, 'school_id', 'missing_value'),
        unnamed(teacher_first_name, 'teacher_first_name'),
        unnamed(teacher_last_name, 'teacher_last_name'),
        blank(teacher_email, 'teacher_email', 'missing_value'),
        long(school_id, 'school_id'),
        long(teacher_id, 'teacher_id'),
        long(teacher_first_name, 'teacher_first_name'),
        long(teacher_last_name, 'teacher_last_name'),
        long(teacher_email, 'teacher_email'),
        long(teacher_mobile_phone, 'teacher_mobile_phone'),
        found(is_school_unknown, 'unknown_school', 'school_id', school_id),
        case
            when lines_of_two_people is not null
                then fault('two_people_under_one_id', 'teacher_id', teacher_id, lines_of_two_people, null)
        end
    ]) as errors,
    faults([
        unread('invalid_email', teacher_email, email, 'teacher_email'),
        unread('invalid_phone', teacher_mobile_phone, phone, 'teacher_mobile_phone'),
        found(is_shortened, 'phone_extension', 'teacher_mobile_phone', teacher_mobile_phone),
        found(valid.is_curly(teacher_id), 'curly_quotes', 'teacher_id', teacher_id),
        found(valid.is_curly(teacher_first_name), 'curly_quotes', 'teacher_first_name', teacher_first_name),
        found(valid.is_curly(teacher_last_name), 'curly_quotes', 'teacher_last_name', teacher_last_name)
    ]) as alerts,
    waits,
    [school_id, teacher_id] as ids
from typed
where
    waits
    or lines_of_two_people is not null
    or is_shortened
    or valid.is_curly(teacher_id)
    or valid.is_curly(teacher_first_name)
    or valid.is_curly(teacher_last_name)
    or not (
        has(school_id, 'school_id')
        and has(teacher_id, 'teacher_id')
        and is_name(teacher_first_name, 'teacher_first_name')
        and is_name(teacher_last_name, 'teacher_last_name')
        and has(email, 'teacher_email')
        and is_kept(teacher_mobile_phone, phone)
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
    teacher_id as record_id,
    school_id
from usable
where cells in (select u.cells from usable as u group by u.cells having count(*) > 1)
qualify
    row_number() over (
        partition by
            school_id, teacher_id, teacher_first_name, teacher_last_name, teacher_email, teacher_mobile_phone
        order by line
    ) > 1;

-- One row a teacher and school. Key: line.
create or replace table valid.teachers as
select
    line,
    school_id,
    teacher_id,
    teacher_first_name as first_name,
    teacher_last_name as last_name,
    email,
    phone
from usable
anti join repeated on usable.line = repeated.line;

-- Rows of one teacher that disagree with what the first rows say of the person. A blank says nothing. Key: line.
create or replace temp table differing as
with several as (
    select t.*
    from valid.teachers as t
    where
        t.teacher_id in (
            select o.teacher_id
            from (
                select
                    teacher_id,
                    hash(first_name, last_name, email, phone) as own
                from valid.teachers
            ) as o
            group by o.teacher_id
            having min(o.own) != max(o.own)
        )
),

first_rows as (
    select
        teacher_id,
        arg_min(valid.name_key(first_name), line) as first_name,
        arg_min(valid.name_key(last_name), line) as last_name,
        arg_min(email, line) as email,
        arg_min(phone, line) as phone
    from several
    group by teacher_id
)

select
    r.line,
    r.teacher_id as record_id,
    r.school_id,
    list_filter([
        case when valid.name_key(r.first_name) != f.first_name then 'teacher_first_name' end,
        case when valid.name_key(r.last_name) != f.last_name then 'teacher_last_name' end,
        case when r.email != f.email then 'teacher_email' end,
        case when r.phone != f.phone then 'teacher_mobile_phone' end
    ], lambda c: c is not null) as "columns"
from several as r
inner join first_rows as f on r.teacher_id = f.teacher_id;
