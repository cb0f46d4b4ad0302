-- The persons whom the platform already knows, with the account that each keeps: of several the surest, and one that is
-- not removed before others.
-- Grain: one row a person. Key: person; known.
-- Inputs: provisioned_steps.claimed_accounts, provisioned_steps.known_accounts.
-- Outputs: provisioned_steps.recognised_accounts.

create or replace table provisioned_steps.recognised_accounts as
with people as (
    select
        person,
        min(known) as known,
        count(*) as accounts
    from provisioned_steps.claimed_accounts
    group by person
),

people_with_several_accounts as (
    select
        claimed.person,
        arg_min(
            claimed.known,
            {
                'sureness': claimed.sureness,
                'is_removed': account.removed_at is not null,
                'account_id': account.account_id
            }
        ) as known
    from provisioned_steps.claimed_accounts as claimed
    inner join people on claimed.person = people.person and people.accounts > 1
    inner join provisioned_steps.known_accounts as account on claimed.known = account.known
    group by claimed.person
)

select
    person,
    known
from people
where accounts = 1
union all
from people_with_several_accounts;
