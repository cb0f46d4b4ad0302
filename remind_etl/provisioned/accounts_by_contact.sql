-- Guardians, and accounts that have a contact point of theirs. This is asked only if nothing surer tells whose the
-- account is: no id and no student, or students of several guardians, or one guardian with several accounts.
-- Grain: one row a person and contact point. Key: person, value.
-- Inputs: provisioned_steps.known_accounts, provisioned_steps.known_contacts, provisioned_steps.accounts_by_id,
-- provisioned_steps.accounts_by_student, provisioned_steps.won_claims, provisioned_steps.persons,
-- provisioned_steps.student_lines, provisioned_steps.known_guardians, provisioned.person_identity.
-- Outputs: provisioned_steps.unclear_accounts, provisioned_steps.accounts_by_contact.

create or replace table provisioned_steps.unclear_accounts as
with guardians_of_several_accounts as (
    select person
    from provisioned_steps.accounts_by_student
    group by person
    having count(*) > 1
)

select account.known
from provisioned_steps.known_accounts as account
anti join provisioned_steps.accounts_by_id as by_id on account.known = by_id.known
anti join provisioned_steps.accounts_by_student as by_student on account.known = by_student.known
union
select known
from provisioned_steps.accounts_by_student
group by known
having count(*) > 1
union
select by_student.known
from provisioned_steps.accounts_by_student as by_student
semi join guardians_of_several_accounts as guardian on by_student.person = guardian.person;

create or replace table provisioned_steps.accounts_by_contact as
with guardians_by_student as (
    select distinct
        identity.canonical_person as person,
        known.known
    from provisioned_steps.student_lines as line
    inner join provisioned_steps.known_guardians as known on line.student = known.student
    inner join provisioned.person_identity as identity on line.guardian = identity.person
    where identity.outcome != 'no_account'
),

persons_with_email as (
    select canonical_person
    from provisioned_steps.won_claims
    where kind = 'email'
),

contacts_of_unclear_accounts as (
    select
        account.known,
        account.roles,
        account.name_key,
        account.first_name,
        account.last_name,
        contact."value"
    from provisioned_steps.known_contacts as contact
    inner join provisioned_steps.known_accounts as account on contact.known = account.known
    semi join provisioned_steps.unclear_accounts as unclear on contact.known = unclear.known
)

select
    person.person,
    contact.known,
    claim.kind,
    provisioned.name_key(person.first_name, person.last_name) = contact.name_key as is_same_name,
    -- Without a student in common, the first and the last name must agree. A guardian without a name is known by the email.
    case
        when
            by_student.person is not null
            or contact.name_key = ''
            or provisioned.name_key(person.first_name, person.last_name) = ''
            then valid.is_like(person.first_name, person.last_name, contact.first_name, contact.last_name)
        else valid.is_one_name(person.first_name, person.last_name, contact.first_name, contact.last_name)
    end as is_like_name,
    contact.name_key != ''
    and coalesce(person.first_name, person.last_name) is null
    and person.person in (from persons_with_email) as has_email_and_no_name,
    by_student.person is not null as has_same_student,
    contains(contact.roles, 'guardian') as was_guardian
from provisioned_steps.won_claims as claim
inner join contacts_of_unclear_accounts as contact on claim."value" = contact."value"
inner join provisioned_steps.persons as person on claim.canonical_person = person.person
left join guardians_by_student as by_student on person.person = by_student.person and contact.known = by_student.known
where person.is_guardian;
