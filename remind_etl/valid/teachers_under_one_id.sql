-- Ids that stand for two teachers of one first name. Their last names have no word in common, and no school, email or phone is
-- the same. Names that are not alike are found before. The detail names the first line of each.
-- Grain: one row an id. Key: id.
-- Inputs: valid_steps.teachers_sent, valid_steps.teachers_ids_with_several_names, valid_steps.teachers_shared_ids,
-- valid_steps.teachers_phones. Outputs: valid_steps.teachers_shared_ids.

insert into valid_steps.teachers_shared_ids
with names as (
    select
        teacher.teacher_id as id,
        teacher.teacher_last_name as last_name,
        valid.name_key(teacher.teacher_first_name) as first_name,
        min(teacher.line) as line,
        list(teacher.school_id) as schools,
        list(lower(trim(teacher.teacher_email))) filter (where contains(teacher.teacher_email, '@')) as emails,
        list(phone.e164) filter (where phone.e164 is not null) as phones
    from valid_steps.teachers_sent as teacher
    semi join valid_steps.teachers_ids_with_several_names as several on teacher.teacher_id = several.id
    anti join valid_steps.teachers_shared_ids as shared on teacher.teacher_id = shared.id
    left join valid_steps.teachers_phones as phone on teacher.teacher_mobile_phone = phone."value"
    group by teacher.teacher_id, teacher.teacher_last_name, valid.name_key(teacher.teacher_first_name)
),

first_names as (
    select
        id,
        arg_min(names, line) as "first"
    from names
    group by id
)

select
    other.id,
    format('lines {} and {}', any_value(named."first".line), min(other.line)) as lines
from first_names as named
inner join names as other on named.id = other.id
where
    named."first".first_name = other.first_name
    and not valid.shares_name(named."first".last_name, other.last_name)
    and not list_has_any(named."first".schools, other.schools)
    and not list_has_any(named."first".emails, other.emails)
    and not coalesce(list_has_any(named."first".phones, other.phones), false)
group by other.id;
