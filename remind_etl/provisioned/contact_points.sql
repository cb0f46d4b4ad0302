-- The contact points, each with the one account that has it.
-- Grain: one row a contact point. Key: value.
-- Inputs: provisioned.account_rows, provisioned.further_contact_points. Outputs: provisioned.contact_points.

create or replace view provisioned.contact_points as
select
    account_id,
    'email' as kind,
    email as "value"
from provisioned.account_rows
where email is not null
union all
select
    account_id,
    'phone',
    phone
from provisioned.account_rows
where phone is not null
union all
select
    account.account_id,
    further.kind,
    further."value"
from provisioned.further_contact_points as further
inner join provisioned.account_rows as account on further.person = account.person;
