-- The rows of the report: those to mend, and beside them the rows that they repeat or disagree with. A person who corrects
-- the one must see the other. Inputs: report_faults, raw.schools, raw.teachers, raw.students, raw.classes, valid.students.

-- One row a row of a file without the problem itself, and what it has in common with one that has it.
-- Key: file, code, line.
create or replace temp view report_others as
with rows_of_ids as (
    select
        'schools.csv' as "file",
        'duplicate_school' as code,
        line,
        school_id as common
    from raw.schools
    union all
    select
        'classes.csv',
        'duplicate_class',
        line,
        class_id
    from raw.classes
    union all
    select
        'teachers.csv',
        'conflicting_rows',
        line,
        teacher_id
    from raw.teachers
    union all
    select
        'students.csv',
        'conflicting_rows',
        line,
        student_id
    from raw.students
    union all
    select
        'students.csv',
        'contact_name_differs',
        line,
        guardian_email
    from valid.students
)

select other.*
from rows_of_ids as other
anti join report_faults as fault
    on other."file" = fault."file" and other.code = fault.code and other.line = fault.line;

-- One row a row of a school's file of the report. `beside` is the first line with which the row belongs together: rows that
-- a person must compare follow each other. Key: school_id, file, code, line.
create or replace temp table report_rows as
with compared as (
    select
        fault.school_id,
        fault."file",
        fault.code,
        other.line,
        min(fault.line) as beside,
        any_value(fault."column") as "column",
        list_sort(list(fault.line)) as lines,
        array_to_string(list_sort(list_distinct(list(fault.remedy))), ' ') as remedy
    from report_faults as fault
    inner join report_others as other
        on fault."file" = other."file" and fault.code = other.code and fault.common = other.common
    group by fault.school_id, fault."file", fault.code, other.line
)

select
    school_id,
    "file",
    code,
    line,
    if(
        code in (select compared.code from compared),
        min(line) over (partition by school_id, "file", code, common),
        line
    ) as beside,
    "column",
    message,
    remedy
from report_faults
union all
select
    school_id,
    "file",
    code,
    line,
    beside,
    "column",
    format(
        getvariable('compared_row'),
        array_to_string(lines[:5], ', ') || if(len(lines) > 5, ', …', '')
    ) as message,
    remedy
from compared;
