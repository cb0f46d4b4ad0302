-- Rows that were left out: what stands in them is not absent.
-- Inputs: raw.rejects, raw.teachers, raw.students, raw.classes, valid.left_out.

-- One row a cell of a row that was left out, by file and line: the ids in it; all cells of one that could not be read,
-- and the names in one without an id.
create or replace temp table left_out as
select
    "file",
    line,
    cell
from valid.left_out
where cell is not null
union
select
    "file",
    line,
    trim(unnest(cells), e' \t\r\n' || chr(160))
from raw.rejects
union
select
    'teachers.csv',
    line,
    unnest([teacher_first_name, teacher_last_name])
from raw.teachers
where teacher_id is null
union
select
    'students.csv',
    line,
    unnest([student_first_name, student_last_name])
from raw.students
where student_id is null
union
select
    'classes.csv',
    line,
    class_name
from raw.classes
where class_id is null;
