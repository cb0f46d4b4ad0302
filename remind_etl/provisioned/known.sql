-- Whom the platform knows of the district, removed or not.
-- Inputs: platform_accounts, platform_contact_points, platform_guardianships.

-- One row an account. Key: account_id.
create or replace table provisioned.known_accounts as
select
    account_id,
    roles,
    teacher_id,
    student_id,
    provisioned.name_key(first_name, last_name) as name_key,
    removed_at is not null as is_removed
from platform_accounts;

-- One row a contact point that an account has, or had when it was removed. One that it gave up tells nothing: it may be
-- anybody's by now. Key: value.
create or replace table provisioned.known_contacts as
select
    c.account_id,
    c.kind,
    c."value"
from platform_contact_points as c
inner join platform_accounts as a on c.account_id = a.account_id
where c.removed_at is null or c.removed_at = a.removed_at;

-- One row a guardian and student, with the guardian's name. Key: account_id, student_id.
create or replace table provisioned.known_guardians as
select
    a.account_id,
    a.name_key,
    a.is_removed,
    g.student_id
from platform_guardianships as g
inner join provisioned.known_accounts as a on g.guardian_account_id = a.account_id
where a.name_key != '';
