-- Teachers who are one person with the teacher who has their email, because the names are equal: one teacher under two ids.
-- The teacher whose account has the email stands for both, else one who has an account. Among new teachers the first id does.
-- Grain: one row a teacher who is one with another. Key: person.
-- Inputs: provisioned_steps.live_teachers, provisioned_steps.kept_claims, provisioned_steps.known_accounts.
-- Outputs: provisioned_steps.same_teachers.

create or replace table provisioned_steps.same_teachers as
with ranked_teachers as (
    select
        teacher.person,
        teacher.email,
        provisioned.name_key(teacher.first_name, teacher.last_name) as name_key,
        coalesce(kept.hold_rank, if(account.teacher_id is null, 4, 3)) as hold_rank
    from provisioned_steps.live_teachers as teacher
    left join provisioned_steps.kept_claims as kept on teacher.person = kept.person and teacher.email = kept."value"
    left join provisioned_steps.known_accounts as account
        on teacher.teacher_id = account.teacher_id and account.removed_at is null
    where teacher.email is not null
),

teachers_by_email as (
    select
        person,
        name_key,
        first_value(person) over same_email as first_person,
        first_value(name_key) over same_email as first_name_key
    from ranked_teachers
    window same_email as (partition by email order by hold_rank, person)
)

select
    person,
    first_person
from teachers_by_email
where person != first_person and name_key = first_name_key;
