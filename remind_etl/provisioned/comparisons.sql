-- How names and contact points are compared, and how ids of accounts are made. Macros only.
-- Inputs: none. Outputs: none.

-- A full name as it is compared.
create or replace macro provisioned.name_key(first_name, last_name) as
valid.name_key(concat_ws(' ', first_name, last_name));

-- An email has an @, and no phone has one.
create or replace macro provisioned_steps.contact_kind("value") as
if(contains("value", '@'), 'email', 'phone');

-- The name-based UUID (RFC 9562, version 5) of a text, from the SHA-1 of namespace and text.
create or replace macro provisioned.uuid_of(digest) as
concat_ws(
    '-',
    digest[1:8],
    digest[9:12],
    '5' || digest[14:16],
    '89ab89ab89ab89ab'[instr('0123456789abcdef', digest[17])] || digest[18:20],
    digest[21:32]
);

create or replace macro provisioned.account_uuid(district_id, "role", id) as
provisioned.uuid_of(
    sha1(unhex('f3a1c6d2b95e4c0f8a7d1e2b6c9f5d04') || encode(concat_ws(':', district_id, "role", id)))
);
