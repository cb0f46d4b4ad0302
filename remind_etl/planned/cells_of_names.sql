-- The enrollments that name a delivered person by the full name or the email, and not by the id. The name may be written in
-- any order, as in "Fox, Cleo".
-- Grain: one row a token. Key: file, line, cell.
-- Inputs: valid.left_out, platform_accounts, planned_steps.left_out_tokens. Outputs: planned_steps.left_out_tokens.

insert into planned_steps.left_out_tokens
with people as (
    select
        coalesce(student_id, teacher_id) as person_id,
        first_name,
        last_name,
        lower(email) as email
    from platform_accounts
    where removed_at is null and coalesce(student_id, teacher_id) is not null
),

spellings as (
    select
        person_id,
        email as spelling
    from people
    union
    select
        person_id,
        provisioned.name_key(first_name, last_name)
    from people
    where first_name is not null and last_name is not null
    union
    select
        person_id,
        provisioned.name_key(last_name, first_name)
    from people
    where first_name is not null and last_name is not null
)

select distinct
    named."file",
    named.line,
    person.person_id
from valid.left_out as named
inner join spellings as person on valid.name_key(replace(named.cell, ',', ' ')) = person.spelling
where named."file" = 'enrollments.csv' and named.cell is not null
except
from planned_steps.left_out_tokens;
