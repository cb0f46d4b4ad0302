-- The rows of enrollments.csv. Inputs: raw.enrollments, raw.students, raw.classes, raw.reject_tokens, places, whereabouts,
-- valid.classes, valid.students, valid.teachers.
-- An id that is both a student's and a teacher's means the student. A row whose class or person was left out waits: it
-- has no error of its own. A school, class or person that the files do not name at all is reported once, under that id. A
-- spreadsheet's error, such as #N/A, is no id.

-- One row a person and school, in the role in which they can be enrolled there. Key: id, school_id; n.
create or replace temp table members as
select
    *,
    row_number() over () as n
from (
    select distinct
        student_id as id,
        school_id,
        'student' as "role"
    from valid.students
    union all
    select distinct
        t.teacher_id,
        t.school_id,
        'teacher'
    from valid.teachers as t
    anti join raw.students as s on t.teacher_id = s.student_id
);

-- Rows with their class and person, where these are valid and of the row's school. Key: line.
create or replace temp table typed as
select
    e.*,
    c.line as class_line,
    m.n as member,
    m."role"
from raw.enrollments as e
left join valid.classes as c on e.class_id = c.class_id and e.school_id = c.school_id
left join members as m on e.user_id = m.id and e.school_id = m.school_id;

-- Rows whose class or person is not, and repetitions of others. Key: line.
create or replace temp table amiss as
with several as (
    select
        class_line,
        member
    from typed
    where class_line is not null and member is not null
    group by class_line, member
    having count(*) > 1
)

select
    t.* replace (valid.id(t.class_id) as class_id),
    t.class_id as class_sent,
    coalesce(t.user_id, t.error_for_id) as user_sent,
    false as is_repeated
from typed as t
where t.class_line is null or t.member is null
union all
select
    r.*,
    r.class_id,
    r.user_id,
    true
from typed as r
semi join several as s on r.class_line = s.class_line and r.member = s.member
qualify row_number() over (partition by r.class_line, r.member order by r.line) > 1;

insert into asked
select distinct user_id
from amiss;

-- Rows with something wrong. Key: line.
create or replace temp table judged as
with people as (
    select *
    from whereabouts
    qualify row_number() over (partition by id order by "file") = 1
),

told as (
    select
        a.*,
        is_read('classes.csv')
        and a.class_id not in (select k.class_id from raw.classes as k where k.class_id is not null)
        and not is_in_reject(a.class_id, 'classes.csv') as is_class_unknown,
        is_read('students.csv')
        and is_read('teachers.csv')
        and a.user_id is not null
        and p.id is null
        and not is_in_reject(a.user_id, 'students.csv')
        and not is_in_reject(a.user_id, 'teachers.csv') as is_user_unknown,
        is_read('schools.csv') and a.school_id is not null and w.id is null as is_school_unknown,
        c.school_id != a.school_id and (not is_read('schools.csv') or w.id is not null) as is_row_elsewhere,
        c.school_id = a.school_id
        and is_read('students.csv')
        and is_read('teachers.csv')
        and is_elsewhere(p.school_ids, p.may_be_elsewhere, c.school_id) as is_user_elsewhere
    from amiss as a
    left join valid.classes as c on a.class_id = c.class_id
    left join people as p on a.user_id = p.id
    left join places as w on a.school_id = w.id
)

select
    line,
    class_id || '/' || user_id as record_id,
    school_id,
    faults([
        blank(user_id, 'user_id', 'missing_id', user_sent),
        blank(school_id, 'school_id', 'missing_value'),
        blank(class_id, 'class_id', 'missing_value', class_sent),
        long(school_id, 'school_id'),
        long(class_id, 'class_id'),
        long(user_id, 'user_id'),
        case when is_school_unknown then fault('unknown_school', 'school_id', school_id, null, school_id) end,
        case when is_class_unknown then fault('unknown_class', 'class_id', class_id, null, class_id) end,
        case when is_user_unknown then fault('unknown_user', 'user_id', user_id, null, user_id) end,
        found(is_row_elsewhere, 'school_mismatch', 'school_id', school_id),
        found(is_user_elsewhere, 'school_mismatch', 'user_id', user_id)
    ]) as errors,
    faults([found(is_repeated, 'duplicate_row', null, null)]) as alerts,
    not is_repeated as waits,
    [school_id, class_id, user_id] as ids
from told;

-- One row a person in a class, as `student` or `teacher`. Key: class_id, user_id.
create or replace table valid.enrollments as
select
    line,
    school_id,
    class_id,
    user_id,
    "role"
from typed
anti join judged on typed.line = judged.line;
