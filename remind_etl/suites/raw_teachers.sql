-- The counts by which raw.teachers is judged, in one pass. Key: none, one row.
-- Inputs: raw.teachers, raw.files, raw.rejects.

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
        count(*) filter (where regexp_full_match(teacher_id, '[0-9.]+E[+][0-9]+')) as rounded_ids
    from raw.teachers
)

select
    c.* exclude (taken),
    f.accepted,
    f.rejected,
    f.accepted + f.rejected as records,
    abs(f.records - f.accepted - f.rejected - f.blank)
    + abs(f.accepted - c.taken)
    + abs(f.rejected - (select count(*) from raw.rejects as r where r."file" = f."file")) as lost
from raw.files as f
cross join counted as c
where f."file" = 'teachers.csv';
