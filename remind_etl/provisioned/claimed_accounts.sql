-- The accounts that the platform holds, each with the person who has the surest claim on it. If several claims are
-- equally sure, the first person has it.
-- Grain: one row an account. Key: known.
-- Inputs: provisioned_steps.account_evidence. Outputs: provisioned_steps.claimed_accounts.

create or replace table provisioned_steps.claimed_accounts as
with accounts as (
    select
        known,
        min(sureness) as sureness,
        min(person) as first_person,
        max(person) as last_person
    from provisioned_steps.account_evidence
    group by known
),

accounts_of_several_people as (
    select
        account.known,
        account.sureness,
        min(evidence.person) as person
    from accounts as account
    inner join provisioned_steps.account_evidence as evidence
        on account.known = evidence.known and account.sureness = evidence.sureness
    where account.first_person != account.last_person
    group by account.known, account.sureness
)

select
    known,
    sureness,
    first_person as person
from accounts
where first_person = last_person
union all
select
    known,
    sureness,
    person
from accounts_of_several_people;
