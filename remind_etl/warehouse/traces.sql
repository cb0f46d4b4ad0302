-- What `explain` needs beside the other published tables: ids, lines and codes, no values.

-- One row an accepted record of a file, with the ids in it: a class's teacher and an enrollment's user are its person.
-- The rows of a person or class lie at one school, so in this order a reader finds them side by side.
-- Key: file, line. Inputs: raw.<file>, valid.left_out.
create or replace temp view trace_sent_rows as
with sent_rows as (
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
),

left_out_rows as (
    select distinct
        "file",
        line
    from valid.left_out
    where found_by like 'valid/%'
)

select
    sent.*,
    left_out_row.line is null as is_taken
from sent_rows as sent
left join left_out_rows as left_out_row on sent."file" = left_out_row."file" and sent.line = left_out_row.line
order by sent.school_id, sent."file", sent.line;

-- One row a record and reason: what the stages wrote, the problems that have a line, and the cells of rejected lines.
-- Which cell of a rejected line is its id cannot be told, and others are names: the id is the MD5 hash of a cell.
-- Key: none. Inputs: reasons, valid.findings, valid.catalogue, raw.enrollments, raw.rejects, raw.files.
create or replace temp view trace_reasons as
with of_problems as (
    select
        problem.found_by,
        problem.record_type as kind,
        coalesce(enrollment.class_id, problem.record_id) as id,
        enrollment.user_id as second_id,
        problem.code as reason_code,
        kind_of_problem.severity,
        problem."file",
        problem.line,
        problem."column",
        problem.school_id,
        problem.detail,
        problem.remedy
    from valid.findings as problem
    inner join valid.catalogue as kind_of_problem on problem.code = kind_of_problem.code
    left join raw.enrollments as enrollment
        on problem."file" = 'enrollments.csv' and problem.line = enrollment.line and problem.record_type = 'enrollment'
    where problem.line is not null and problem.code != 'placeholder_contact'
),

of_rejects as (
    select distinct
        problem.found_by,
        problem.kind,
        md5(trim(unnest(reject.cells), e' \t\r\n' || chr(160))) as id,
        reject.code as reason_code,
        problem.severity,
        reject."file",
        reject.line,
        problem.detail,
        problem.remedy
    from raw.rejects as reject
    inner join of_problems as problem
        on reject."file" = problem."file" and reject.line = problem.line and reject.code = problem.reason_code
)

from reasons
union all by name
from of_problems
union all by name
from of_rejects;
