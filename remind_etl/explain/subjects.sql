-- The records that an id names. Inputs: the published tables; asked, the id; pairs, into which a slash splits it.
-- Outputs: subjects.

-- One row a record that the id names: school, teacher, student, class, guardian (an account_id), person (an id that only
-- enrollments.csv has), or place (a class and a person). home is the file that should have it. Key: kind, id, account_id.
insert into subjects by name
-- Of each row and account three kinds, whose ids stand in the same order.
with records as (
    select
        [
            'school',
            'class',
            case "file" when 'students.csv' then 'student' when 'enrollments.csv' then 'person' else 'teacher' end
        ] as kinds,
        [school_id, class_id, person_id] as ids,
        null as account_id
    from sent_rows
    where (select record from asked) in (school_id, class_id, person_id)
    union all
    select
        ['teacher', 'student', if(roles like '%guardian%', 'guardian', null)],
        [teacher_id, student_id, account_id],
        account_id
    from accounts
    union all
    select
        [if(kind = 'classes', 'class', 'teacher'), 'student', if(coalesce(teacher_id, student_id) is null, 'guardian', null)],
        [if(kind = 'classes', id, teacher_id), student_id, id],
        if(kind = 'accounts', id, null)
    from removed
    union all
    select
        ['class', 'school'],
        [class_id, school_id],
        null
    from classes
    union all
    select
        ['school'],
        [school_id],
        null
    from school_members
),

ids as (
    select distinct
        unnest(kinds) as kind,
        unnest(ids) as id,
        account_id
    from records
),

read_records as (
    select *
    from ids
    where (select record from asked) in (id, account_id) and kind is not null and id is not null
    qualify account_id is not null or count(account_id) over (partition by kind, id) = 0
),

found as (
    from read_records
    union all
    select distinct
        kind,
        (select record from asked),
        null
    from reasons
    where found_by in ('raw/teachers', 'raw/students') and id = md5((select record from asked)) and not exists (from read_records)
)

select
    *,
    case kind
        when 'school' then 'schools.csv' when 'class' then 'classes.csv' when 'teacher' then 'teachers.csv' when
            'student'
            then 'students.csv'
    end as home,
    if(kind = 'school', id, null) as school_id,
    if(kind = 'class', id, null) as class_id,
    if(kind in ('teacher', 'student', 'person'), id, null) as person_id
from found
where kind != 'person' or not exists (from found as other where other.kind in ('teacher', 'student'))
union all
select distinct
    'place',
    (select record from asked),
    null,
    null,
    null,
    class_id,
    person_id
from pairs
where
    class_id in (
        select sent.class_id from sent_rows as sent
        union all
        select made.class_id from classes as made
    )
    and person_id in (
        select sent.person_id from sent_rows as sent
        union all
        select unnest([account.teacher_id, account.student_id]) from accounts as account
    );
