-- Contested claims on a contact point that an account has, by the people of that account. The rank is 0 if the id, or
-- student and name, tell that the account is theirs. It is 1 if the names are equal; of students only if the id of the account is
-- gone from the files too: a renumbered one. It is 2 if the names are alike, or a student is in common.
-- Grain: one row a person and contact point. Key: person, value.
-- Inputs: provisioned_steps.contested_claims, provisioned_steps.known_contacts, provisioned_steps.known_accounts,
-- provisioned_steps.known_guardians, provisioned_steps.guardian_matches, provisioned_steps.student_lines, raw.students.
-- Outputs: provisioned_steps.kept_claims.

create or replace table provisioned_steps.kept_claims as
with claims_on_accounts as (
    select
        claim.person,
        claim."role",
        claim.id,
        claim."value",
        account.known,
        account.teacher_id,
        account.student_id,
        claim.name_key = account.name_key as is_same_name,
        valid.is_like(claim.first_name, claim.last_name, account.first_name, account.last_name) as is_like
    from provisioned_steps.contested_claims as claim
    inner join provisioned_steps.known_contacts as contact on claim."value" = contact."value"
    inner join provisioned_steps.known_accounts as account on contact.known = account.known
    where account.removed_at is null
),

absent_students as (
    select student_id
    from claims_on_accounts
    anti join raw.students using (student_id)
),

guardians_by_name as (
    select distinct
        person,
        known
    from provisioned_steps.guardian_matches
    where person in (select claim.person from claims_on_accounts as claim)
),

guardians_by_student as (
    select distinct
        line.guardian as person,
        known.known
    from provisioned_steps.student_lines as line
    inner join provisioned_steps.known_guardians as known on line.student = known.student
    where not known.is_removed and line.guardian in (select claim.person from claims_on_accounts as claim)
),

ranked_claims as (
    select
        claim.person,
        claim."value",
        case
            when claim."role" = 'teacher' and claim.id = claim.teacher_id then 0
            when claim."role" = 'student' and claim.id = claim.student_id then 0
            when claim."role" = 'guardian' and by_name.person is not null then 0
            when claim."role" != 'student' and claim.is_same_name then 1
            when claim."role" = 'student' and claim.is_same_name and claim.student_id in (from absent_students) then 1
            when claim."role" != 'student' and claim.is_like then 2
            when claim."role" = 'guardian' and by_student.person is not null then 2
        end as hold_rank
    from claims_on_accounts as claim
    left join guardians_by_name as by_name on claim.person = by_name.person and claim.known = by_name.known
    left join guardians_by_student as by_student on claim.person = by_student.person and claim.known = by_student.known
)

select
    person,
    "value",
    min(hold_rank) as hold_rank
from ranked_claims
where hold_rank is not null
group by person, "value";
