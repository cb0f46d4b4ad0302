-- Names the remedy of ids that are in their file, but written in another way. A finding that has a remedy keeps it.
-- Grain: one row a finding. Inputs: valid.findings, raw.schools, raw.teachers, raw.classes, raw.students.
-- Outputs: valid.findings.

update valid.findings as finding
set remedy = written_otherwise.remedy
from (
    with ids_of_files as (
        select
            'unknown_school' as code,
            school_id as id
        from raw.schools
        union
        select
            'unknown_teacher',
            teacher_id
        from raw.teachers
        union
        select
            'unknown_class',
            class_id
        from raw.classes
        union
        select
            'unknown_user',
            teacher_id
        from raw.teachers
        union
        select
            'unknown_user',
            student_id
        from raw.students
    ),

    unknown_ids as (
        select distinct
            code,
            "value"
        from valid.findings
        where starts_with(code, 'unknown_') and remedy is null
    ),

    bare_ids as (
        select
            id_of_file.code,
            id_of_file.id,
            case when valid.is_rounded(id_of_file.id) then 'rounded' else valid.bare(id_of_file.id) end as bare
        from ids_of_files as id_of_file
        where id_of_file.code in (select unknown.code from unknown_ids as unknown)
    )

    select
        unknown.code,
        unknown."value",
        min(valid.difference(unknown."value", meant.id)) as remedy
    from unknown_ids as unknown
    inner join bare_ids as meant on unknown.code = meant.code and valid.bare(unknown."value") = meant.bare
    where meant.bare != ''
    group by unknown.code, unknown."value"
    union all
    select
        unknown.code,
        unknown."value",
        'rounded'
    from unknown_ids as unknown
    where
        regexp_full_match(unknown."value", '[0-9]{12,}')
        and unknown.code in (select meant.code from bare_ids as meant where meant.bare = 'rounded')
) as written_otherwise
where
    finding.remedy is null
    and finding.code = written_otherwise.code
    and finding."value" = written_otherwise."value";
