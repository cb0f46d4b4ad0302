-- Ids like one that is found nowhere: without case, blanks and leading zeros they are the same. Each statement reads one
-- published table. Only an id that has the first and last sign of the form can have this form. That is seen faster.
-- Grain: one row an id. Key: kind, id. Inputs: the Parquet file $file of the table; $form, the id in this form.

-- The ids of the files, from sent_ids.
select
    kind,
    id
from read_parquet($file)
where term = $form
order by kind, id
limit $most;

-- The ids of people on the platform, from accounts.
with people as (
    select
        'teacher' as kind,
        teacher_id as id
    from read_parquet($file)
    where contains(lower(teacher_id), left($form, 1)) and contains(lower(teacher_id), right($form, 1))
    union all
    select
        'student',
        student_id
    from read_parquet($file)
    where contains(lower(student_id), left($form, 1)) and contains(lower(student_id), right($form, 1))
)

select distinct
    kind,
    id
from people
where id_form(id) = $form
order by kind, id
limit $most;

-- The ids of removed people and classes, from removed.
with ids as (
    select
        case when kind = 'classes' then 'class' when teacher_id is not null then 'teacher' else 'student' end as kind,
        case when kind = 'classes' then id else coalesce(teacher_id, student_id) end as id
    from read_parquet($file)
)

select distinct
    kind,
    id
from ids
where contains(lower(id), left($form, 1)) and contains(lower(id), right($form, 1)) and id_form(id) = $form
order by kind, id
limit $most;

-- The ids of classes on the platform, from classes.
select
    'class' as kind,
    class_id as id
from read_parquet($file)
where contains(lower(id), left($form, 1)) and contains(lower(id), right($form, 1)) and id_form(id) = $form
order by kind, id
limit $most;

-- The ids of schools on the platform, from school_members.
with ids as (
    select distinct school_id as id
    from read_parquet($file)
)

select
    'school' as kind,
    id
from ids
where id_form(id) = $form
order by kind, id
limit $most;
