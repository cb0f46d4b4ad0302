-- Ids that stand for two students of one last name, such as brother and sister, or of one first name: the other name, the
-- date of birth and the grade are other ones. Names that are not alike are found before. The detail names the first line of
-- each.
-- Grain: one row an id. Key: id.
-- Inputs: valid_steps.students_sent, valid_steps.students_ids_with_several_names, valid_steps.students_shared_ids,
-- valid_steps.birthdays. Outputs: valid_steps.students_shared_ids.

insert into valid_steps.students_shared_ids
with rows_of_ids as (
    select
        student.line,
        student.student_id as id,
        student.student_first_name as first_name,
        student.student_last_name as last_name,
        birthday.born_on,
        valid.grade_level(student.grade) as grade
    from valid_steps.students_sent as student
    semi join valid_steps.students_ids_with_several_names as several on student.student_id = several.id
    anti join valid_steps.students_shared_ids as shared on student.student_id = shared.id
    inner join valid_steps.birthdays as birthday on student.dob = birthday."value"
    where valid.id(student.student_first_name) is not null and valid.grade_level(student.grade) is not null
),

first_rows as (
    select
        id,
        min(line) as line
    from rows_of_ids
    group by id
)

select
    student.id,
    format('lines {} and {}', student.line, min(other.line)) as lines
from first_rows as first_row
inner join rows_of_ids as student on first_row.id = student.id and first_row.line = student.line
inner join rows_of_ids as other on student.id = other.id
where
    (
        not valid.agrees_in_first_name(student.first_name, other.first_name)
        or not valid.shares_name(student.last_name, other.last_name)
    )
    and not valid.shares_name(student.first_name, other.last_name)
    and student.born_on != other.born_on
    and student.grade != other.grade
group by student.id, student.line;
