-- The views of known_people.sql without rows: the platform is not asked about a drop that is blocked.
-- Grain: see each view. Inputs: none. Outputs: known_people, known_contacts.

-- Key: role, person_id, account_id.
create or replace temp view known_people as
select
    null::varchar as "role",
    null::varchar as person_id,
    null::varchar as account_id,
    null::varchar as first_name,
    null::varchar as last_name
where false;

-- Key: account_id, form.
create or replace temp view known_contacts as
select
    null::varchar as account_id,
    null::varchar as form
where false;
