-- The records that an id names. Inputs: named_ids; asked, the id; pairs, into which a slash splits it; reasons,
-- sent_rows, accounts, classes.
-- Outputs: subjects.

-- One row a record that the id names: school, teacher, student, class, guardian (an account_id), person (an id that only
-- enrollments.csv has), or place (a class and a person). home is the file that should have it. Key: kind, id, account_id.
insert into subjects (kind, id, account_id, home, school_id, class_id, person_id)
with of_record as (
    select *
    from named_ids
    where (select record from asked) in (id, account_id) and id is not null
),

read_records as (
    select *
    from of_record as one
    where
        one.account_id is not null
        or not exists (
            select 1 from of_record as other where other.kind = one.kind and other.id = one.id and other.account_id is not null
        )
),

found as (
    select *
    from read_records
    union all
    select distinct
        kind,
        (select record from asked),
        null
    from reasons
    where
        found_by in ('raw/teachers', 'raw/students')
        and id = md5((select record from asked))
        and not exists (select 1 from read_records)
)

select
    *,
    case kind
        when 'school' then 'schools.csv'
        when 'class' then 'classes.csv'
        when 'teacher' then 'teachers.csv'
        when 'student' then 'students.csv'
    end as home,
    case kind when 'school' then id end as school_id,
    case kind when 'class' then id end as class_id,
    case when kind in ('teacher', 'student', 'person') then id end as person_id
from found
where kind != 'person' or not exists (select 1 from found as other where other.kind in ('teacher', 'student'))
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
        select account.teacher_id from accounts as account
        union all
        select account.student_id from accounts as account
    );
