-- Whom the platform knows of the district, removed or not.
-- Inputs: platform_accounts, platform_contact_points, platform_guardianships.

-- Key: account_id.
create or replace table provisioned.known_accounts as
select
    account_id,
    roles,
    teacher_id,
    student_id,
    first_name,
    last_name
from platform_accounts;

-- Key: kind, value.
create or replace table provisioned.known_contacts as
select
    account_id,
    kind,
    "value"
from platform_contact_points;

-- Key: account_id, student_id.
create or replace table provisioned.known_guardians as
select
    guardian_account_id as account_id,
    student_id
from platform_guardianships;
