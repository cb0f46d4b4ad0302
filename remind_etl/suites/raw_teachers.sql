-- The counts by which raw.teachers is judged, in one pass. Key: none, one row.
-- Inputs: raw.teachers, raw.outcomes.

with counted as (
    select
        count(*) as taken,
        count(*) - count(school_id) as no_school_id,
        count(*) - count(teacher_id) as no_teacher_id,
        count(*) - count(teacher_first_name) as no_teacher_first_name,
        count(*) - count(teacher_last_name) as no_teacher_last_name,
        count(*) - count(teacher_email) as no_teacher_email,
        count(*) filter (
            where teacher_id is not null and (school_id is null or teacher_first_name is null or teacher_last_name is null)
        ) as blank_values,
        count(teacher_id) as filled_ids,
        count(distinct teacher_id) as ids,
        count(*) filter (where valid.is_rounded(teacher_id)) as rounded_ids
    from raw.teachers
)

select
    c.* exclude (taken),
    f.accepted,
    f.rejected,
    f.records,
    f.miscounted + abs(f.accepted - c.taken) as lost
from raw.outcomes as f
cross join counted as c
where f."file" = 'teachers.csv';
