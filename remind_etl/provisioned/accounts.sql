-- The accounts, with the name that the person's first role gives. The id is the one that the person keeps or is linked
-- to, else it is made of district, role and id. The number of the person stays beside it, because joins on numbers are
-- cheap. A blank name clears no delivered name.
-- Inputs: provisioned_steps.persons, provisioned_steps.named_contacts, provisioned_steps.recognised_accounts,
-- provisioned_steps.known_accounts, provisioned.linked, provisioned_steps.counted_ids, landed.drops.
-- Outputs: provisioned.account_rows, provisioned.accounts.

-- Grain: one row an account. Key: person; account_id.
create or replace table provisioned.account_rows as
select
    person.person,
    coalesce(
        known.account_id,
        linked.account_id,
        counted.account_id,
        provisioned.account_uuid(district.district_id, person."role", person.id)
    ) as account_id,
    concat_ws(
        '+',
        case when person.teacher_id is not null then 'teacher' end,
        case when person.is_guardian then 'guardian' end,
        case when person.student_id is not null then 'student' end
    ) as roles,
    person.teacher_id,
    person.student_id,
    if(coalesce(person.first_name, person.last_name) is null, known.first_name, person.first_name) as first_name,
    if(coalesce(person.first_name, person.last_name) is null, known.last_name, person.last_name) as last_name,
    case when named.person is null then person.email else named.email end as email,
    case when named.person is null then person.phone else named.phone end as phone,
    person.dob::varchar as dob,
    person.grade
from provisioned_steps.persons as person
cross join landed.drops as district
left join provisioned_steps.named_contacts as named on person.person = named.person
left join provisioned_steps.recognised_accounts as recognised on person.person = recognised.person
left join provisioned_steps.known_accounts as known on recognised.known = known.known
left join provisioned.linked as linked on person.person = linked.person
left join provisioned_steps.counted_ids as counted on person.person = counted.person;

-- Grain: one row an account. Key: account_id.
create or replace view provisioned.accounts as
select * exclude (person)
from provisioned.account_rows;
