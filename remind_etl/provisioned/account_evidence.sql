-- Which accounts of the platform may be a person's, and how sure that is. 1: by teacher id. 2: by student id. A guardian
-- by student and name, and beside that by email (3), by phone (4) or by neither (5). A guardian by email (6)
-- if the name is alike or a student is the same, by phone and name, or by phone, student and a name that is alike (8).
-- A row without a name is alike only if it has no email: another email may be that of somebody else at the same phone.
-- A teacher or student by email and name, because their id was renumbered (7): surer than a phone that a family shares.
-- Grain: one row a person, account and kind of evidence. Key: none.
-- Inputs: provisioned_steps.accounts_by_id, provisioned_steps.accounts_by_student, provisioned_steps.accounts_by_contact,
-- provisioned_steps.accounts_by_email.
-- Outputs: provisioned_steps.account_evidence.

create or replace table provisioned_steps.account_evidence as
with best_contacts as (
    select
        person,
        known,
        min(kind) as kind
    from provisioned_steps.accounts_by_contact
    group by person, known
)

select
    person,
    known,
    sureness
from provisioned_steps.accounts_by_id
union all
select
    by_student.person,
    by_student.known,
    case best.kind when 'email' then 3 when 'phone' then 4 else 5 end
from provisioned_steps.accounts_by_student as by_student
left join best_contacts as best on by_student.person = best.person and by_student.known = best.known
union all
select
    person,
    known,
    case kind when 'email' then 6 else 8 end
from provisioned_steps.accounts_by_contact
where
    is_same_name
    or (was_guardian and kind = 'email' and (is_like_name or has_same_student))
    or (was_guardian and is_like_name and has_same_student and not has_email_and_no_name)
union all
select
    person,
    known,
    7
from provisioned_steps.accounts_by_email;
