-- What `explain` needs beside the other published tables: ids, lines and codes, no values.

-- One row an accepted record of a file, with the ids in it: a class's teacher and an enrollment's user are its person.
-- Key: file, line. Inputs: raw.<file>, valid.left_out.
create or replace temp view trace_sent_rows as
with sent as (
    select
        'schools.csv' as "file",
        line,
        school_id,
        null::varchar as class_id,
        null::varchar as person_id
    from raw.schools
    union all
    select
        'teachers.csv',
        line,
        school_id,
        null,
        teacher_id
    from raw.teachers
    union all
    select
        'students.csv',
        line,
        school_id,
        null,
        student_id
    from raw.students
    union all
    select
        'classes.csv',
        line,
        school_id,
        class_id,
        teacher_id
    from raw.classes
    union all
    select
        'enrollments.csv',
        line,
        school_id,
        class_id,
        user_id
    from raw.enrollments
)

select
    s.*,
    o.line is null as is_taken
from sent as s
left join (
    select distinct
        "file",
        line
    from valid.left_out
    where found_by like 'valid/%'
) as o on s."file" = o."file" and s.line = o.line;

-- One row a fault of a line. Key: none. Input: valid.findings.
create or replace temp view trace_findings as
select
    found_by,
    code,
    "file",
    line,
    "column",
    record_type,
    record_id
from valid.findings
where line is not null;

-- One row a cell of a record that could not be read. Key: none. Input: raw.rejects.
create or replace temp view trace_unread_cells as
select distinct
    "file",
    line,
    code,
    trim(unnest(cells), e' \t\r\n' || chr(160)) as cell
from raw.rejects;
