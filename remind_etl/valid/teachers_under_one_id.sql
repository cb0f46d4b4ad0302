-- Ids that stand for two teachers of one first name: last name, email and school are other ones, and so is the phone if both
-- have one. Names that are not alike are found before. The detail names the first line of each.
-- Grain: one row an id. Key: id.
-- Inputs: valid_steps.teachers_sent, valid_steps.teachers_ids_with_several_names, valid_steps.teachers_shared_ids.
-- Outputs: valid_steps.teachers_shared_ids.

insert into valid_steps.teachers_shared_ids
with rows_of_ids as (
    select
        teacher.line,
        teacher.teacher_id as id,
        teacher.school_id,
        valid.name_key(teacher.teacher_first_name) as first_name,
        teacher.teacher_last_name as last_name,
        lower(trim(teacher.teacher_email)) as email,
        regexp_replace(teacher.teacher_mobile_phone, '[^0-9]', '', 'g') as phone
    from valid_steps.teachers_sent as teacher
    semi join valid_steps.teachers_ids_with_several_names as several on teacher.teacher_id = several.id
    anti join valid_steps.teachers_shared_ids as shared on teacher.teacher_id = shared.id
),

first_rows as (
    select
        id,
        min(line) as line
    from rows_of_ids
    group by id
)

select
    teacher.id,
    format('lines {} and {}', teacher.line, min(other.line)) as lines
from first_rows as first_row
inner join rows_of_ids as teacher on first_row.id = teacher.id and first_row.line = teacher.line
inner join rows_of_ids as other on teacher.id = other.id
where
    teacher.first_name = other.first_name
    and not valid.shares_name(teacher.last_name, other.last_name)
    and teacher.school_id != other.school_id
    and contains(teacher.email, '@')
    and contains(other.email, '@')
    and teacher.email != other.email
    and (teacher.phone is null or other.phone is null or teacher.phone != other.phone)
group by teacher.id, teacher.line;
