-- The lines of students at linked schools, each with the guardian that it names. Guardians with the same name and the same
-- student are one person, whatever their contact points are. The first of their ids stands for them.
-- Grain: one row a line. Key: line.
-- Inputs: provisioned_steps.guardian_ids, provisioned_steps.live_teachers.
-- Outputs: provisioned_steps.student_lines.

create or replace table provisioned_steps.student_lines as
with students_and_names_of_several_lines as (
    select
        student,
        name_key
    from provisioned_steps.guardian_ids
    where name_key != ''
    group by student, name_key
    having min(guardian_id) != max(guardian_id) or (count(guardian_id) < count(*) and count(guardian_id) > 0)
),

-- Two guardians may be one through a third. Each round takes in the ids that share a student and name, then those that
-- share an id.
first_round as (
    select
        line.student,
        line.name_key,
        line.guardian_id,
        min(line.guardian_id) over (partition by line.student, line.name_key) as first_id
    from provisioned_steps.guardian_ids as line
    semi join students_and_names_of_several_lines as several
        on line.student = several.student and line.name_key = several.name_key
),

second_round as (
    select
        student,
        name_key,
        guardian_id,
        min(first_id) over (partition by student, name_key) as first_id
    from (
        select
            student,
            name_key,
            guardian_id,
            min(first_id) over (partition by coalesce(guardian_id, first_id)) as first_id
        from first_round
    )
),

third_round as (
    select
        student,
        name_key,
        guardian_id,
        min(first_id) over (partition by student, name_key) as first_id
    from (
        select
            student,
            name_key,
            guardian_id,
            min(first_id) over (partition by coalesce(guardian_id, first_id)) as first_id
        from second_round
    )
),

ids_of_one_person as (
    select
        guardian_id,
        min(first_id) as first_id
    from third_round
    where guardian_id is not null
    group by guardian_id
),

names_of_one_person as (
    select
        student,
        name_key,
        min(first_id) as first_id
    from third_round
    group by student, name_key
),

identified_lines as (
    select
        line.* replace (
            case
                when line.guardian_id is not null then coalesce(same_id.first_id, line.guardian_id)
                else same_name.first_id
            end as guardian_id
        )
    from provisioned_steps.guardian_ids as line
    left join ids_of_one_person as same_id on line.guardian_id = same_id.guardian_id
    left join names_of_one_person as same_name
        on line.guardian_id is null and line.student = same_name.student and line.name_key = same_name.name_key
),

guardian_ids as (
    select distinct guardian_id
    from identified_lines
    where guardian_id is not null
),

numbered_guardians as (
    select
        guardian_id,
        (select count(*) from provisioned_steps.live_teachers) + row_number() over (order by guardian_id) as guardian
    from guardian_ids
)

select
    identified_lines.*,
    numbered.guardian
from identified_lines
left join numbered_guardians as numbered on identified_lines.guardian_id = numbered.guardian_id;
