-- The rows of classes.csv.
-- grain: a class   key: class_id   inputs: lessons
-- The columns stand as in the file.
-- noqa: disable=ST06
create view classes as
with judged as (
    select
        school_id,
        class_id,
        teacher_id,
        class_name,
        class_id as sort_key,
        lag(class_id, 1, class_id) over (order by class_id) as class_id_before,
        flaw(
            ['no name', 'unknown school', 'unknown teacher', 'no teacher', 'repeated id', 'padded'],
            'classes', class_id
        ) as flaw
    from lessons
)

select
    case flaw when 'unknown school' then '9' || school_id else school_id end as school_id,
    case flaw when 'repeated id' then class_id_before when 'padded' then padded(class_id) else class_id end as class_id,
    case flaw
        when 'unknown teacher' then 'X' || teacher_id
        when 'no teacher' then null
        when 'padded' then padded(teacher_id)
        else teacher_id
    end as teacher_id,
    case flaw when 'no name' then null when 'padded' then padded(class_name) else class_name end as class_name,
    sort_key
from judged;
