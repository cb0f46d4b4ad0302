-- The schools that are missing in a file: each file, if the school is not in schools.csv; else a file in which the school
-- had at least $school_count records before anything of this drop was delivered, and has no row now.
-- Grain: one row a file and school. Key: file, school_id.
-- Inputs: raw.teachers, raw.students, raw.classes, raw.enrollments, mapped.schools, planned_steps.left_out_tokens,
-- planned_steps.delivered_schools, planned_steps.protected_schools, planned_steps.stood_at_schools.
-- Outputs: planned_steps.missing_schools, planned.standing_schools.

create table planned_steps.missing_schools as
with named_schools as (
    select
        'teachers.csv' as "file",
        school_id
    from raw.teachers
    union
    select
        'students.csv',
        school_id
    from raw.students
    union
    select
        'classes.csv',
        school_id
    from raw.classes
    union
    select
        'enrollments.csv',
        school_id
    from raw.enrollments
    union
    select
        "file",
        cell
    from planned_steps.left_out_tokens
)

select
    delivered."file",
    delivered.school_id,
    mapped.school_id is null as is_vanished,
    if(mapped.school_id is null, 'school_not_in_schools', 'school_not_in_' || replace(delivered."file", '.csv', ''))
        as reason_code,
    greatest(delivered.records, stood.records) as records
from planned_steps.delivered_schools as delivered
anti join planned_steps.protected_schools as protected on delivered.school_id = protected.school_id
left join mapped.schools as mapped on delivered.school_id = mapped.school_id
left join named_schools as named on delivered."file" = named."file" and delivered.school_id = named.school_id
left join planned_steps.stood_at_schools as stood
    on delivered."file" = stood.kind and delivered.school_id = stood.school_id
where
    mapped.school_id is null
    or (
        mapped.link = 'confirmed'
        and named.school_id is null
        and greatest(delivered.records, stood.records) >= $school_count
    );

insert into planned.standing_schools
select
    "file" as kind,
    school_id,
    records
from planned_steps.missing_schools
where not is_vanished;
