-- Who is in which class, and why not. Inputs: subjects, places, unread_places, seats, seats_that_stay, class_rows, persons,
-- person_rows, named_places, schools, accounts, faults.

insert into facts by name
select
    s.kind,
    s.id,
    case
        when k.account_id is not null then 'seat_stays'
        when p.line is null and c.line is null then 'seat_as_delivered'
        else 'seat'
    end as fact,
    coalesce(p."file", c."file") as "file",
    coalesce(min(p.line), min(c.line)) as line,
    m.class_id,
    m.record_id as person_id,
    m."role",
    m.account_id,
    coalesce(' (' || k.what || ')', '') as what,
    k.reason as why
from subjects as s
inner join seats as m
    on
        (s.kind in ('teacher', 'student') and s.account_id = m.account_id and s.id = m.record_id)
        or (s.kind = 'place' and exists (
            from named_places as n
            where n.class_id = m.class_id and n.person_id = m.record_id
        ))
        or (s.kind = 'class' and s.id = m.class_id and exists (
            from seats_that_stay as t
            where t.class_id = m.class_id and t.account_id = m.account_id and t."role" = m."role"
        ))
left join places as p
    on s.kind = p.kind and s.id = p.id and m.class_id = p.class_id and m.record_id = p.person_id and p.is_taken
left join class_rows as c on m.class_id = c.class_id and m.record_id = c.person_id
left join seats_that_stay as k on m.class_id = k.class_id and m.account_id = k.account_id and m."role" = k."role"
group by all;

insert into facts by name
select
    s.kind,
    s.id,
    'seats' as fact,
    m."role",
    count(*) as "count"
from subjects as s
inner join seats as m on s.kind = 'class' and s.id = m.class_id
group by s.kind, s.id, m."role";

-- An enrollment without a seat, and the first reason that holds. An id that is a student's and a teacher's is the student's.
insert into facts by name
with people as (
    select
        *,
        case "file" when 'students.csv' then 'student' else 'teacher' end as "role"
    from persons
    qualify row_number() over (partition by person_id order by "file") = 1
),

made as (
    select
        a.student_id as person_id,
        'student' as "role"
    from accounts as a
    where a.student_id in (select p.person_id from places as p)
    union
    select
        a.teacher_id,
        'teacher'
    from accounts as a
    where a.teacher_id in (select p.person_id from places as p)
),

unseated as (
    select p.*
    from places as p
    anti join seats as m on p.class_id = m.class_id and p.person_id = m.record_id
)

select
    u.kind,
    u.id,
    'not_in_class_' || case
        when f.code in ('missing_id', 'missing_value', 'value_too_long') then 'unusable'
        when c.class_id is null then 'unknown_class'
        when p.person_id is null then 'unknown_person'
        when c.school_id != u.school_id then 'row_elsewhere'
        when not c.is_taken then 'class_left_out'
        when not list_contains(p.school_ids, c.school_id) then 'person_elsewhere'
        when not list_contains(p.taken_school_ids, c.school_id) then 'person_left_out'
        when l.link = 'ignored' then 'school_ignored'
        when coalesce(l.link, '') != 'confirmed' then 'school_waits'
        when a.person_id is null then 'no_account'
        when k.class_id is null then 'no_class'
        else 'held'
    end as fact,
    u."file",
    u.line,
    f.code,
    u.class_id,
    u.person_id,
    coalesce(c.school_id, u.school_id) as school_id,
    p."role",
    case when c.school_id != u.school_id then u.school_id else array_to_string(p.school_ids, ', ') end as other,
    f.message as what,
    coalesce(
        case when not c.is_taken then 'line ' || c.line || ' of classes.csv' end,
        'line ' || p.left_out_line || ' of ' || p."file"
    ) as why
from unseated as u
left join class_rows as c on u.class_id = c.class_id
left join people as p on u.person_id = p.person_id
left join schools as l on c.school_id = l.school_id
left join made as a on p.person_id = a.person_id and p."role" = a."role"
left join classes as k on u.class_id = k.class_id
left join faults as f on u."file" = f."file" and u.line = f.line and f.severity = 'error'
qualify row_number() over (partition by u.kind, u.id, u."file", u.line order by not c.is_taken, c.line, f.code) = 1;

-- An enrollment that could not be read, where there is no seat as delivered before.
insert into facts by name
select
    u.kind,
    u.id,
    'not_in_class_unread' as fact,
    u."file",
    u.line,
    u.code,
    u.class_id,
    u.person_id,
    p.message as what,
    p.fix as why
from unread_places as u
anti join seats as m on u.class_id = m.class_id and u.person_id = m.record_id
left join problems as p on u."file" = p."file" and u.line = p.line and u.code = p.code;

-- A class and person that no row puts together.
insert into facts by name
select
    'place' as kind,
    getvariable('record') as id,
    'no_place' as fact,
    n.class_id,
    n.person_id
from named_places as n
anti join places as p on n.class_id = p.class_id and n.person_id = p.person_id
anti join unread_places as u on n.class_id = u.class_id and n.person_id = u.person_id
anti join seats as m on n.class_id = m.class_id and n.person_id = m.record_id;
