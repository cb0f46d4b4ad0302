-- The counts by which raw.students is judged, in one pass. Key: none, one row.
-- Inputs: raw.students, raw.outcomes.

with counted as (
    select
        count(*) as taken,
        count(*) - count(school_id) as no_school_id,
        count(*) - count(student_id) as no_student_id,
        count(*) - count(student_first_name) as no_student_first_name,
        count(*) - count(student_last_name) as no_student_last_name,
        count(*) filter (
            where student_id is not null and (school_id is null or student_first_name is null or student_last_name is null)
        ) as blank_values,
        count(student_id) as filled_ids,
        count(distinct student_id) as ids,
        count(*) filter (where valid.is_rounded(student_id)) as rounded_ids,
        count(*) filter (
            where coalesce(student_email, student_phone, guardian_email, guardian_phone) is null
        ) as no_contact
    from raw.students
)

select
    c.* exclude (taken),
    f.accepted,
    f.rejected,
    f.records,
    f.miscounted + abs(f.accepted - c.taken) as lost
from raw.outcomes as f
cross join counted as c
where f."file" = 'students.csv';
