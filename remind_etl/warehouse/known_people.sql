-- Who of the files is on the platform already, by the names and contacts that it has: a search finds them there.
-- Grain: see each view. Inputs: ${tables}accounts, ${tables}guardianships, ${tables}contact_points.
-- Outputs: known_people, known_contacts.

-- One row a person of a row: a teacher or student by their own id, a guardian by the student's.
-- Key: role, person_id, account_id.
create or replace temp view known_people as
select
    'teacher' as "role",
    teacher_id as person_id,
    account_id,
    first_name,
    last_name
from ${tables}accounts
where teacher_id is not null
union all
select
    'student',
    student_id,
    account_id,
    first_name,
    last_name
from ${tables}accounts
where student_id is not null
union all
select
    'guardian',
    tie.student_id,
    account.account_id,
    account.first_name,
    account.last_name
from ${tables}guardianships as tie
inner join ${tables}accounts as account on tie.guardian_account_id = account.account_id;

-- One row an email or phone of an account, a phone by its last ten digits. Key: account_id, form.
create or replace temp view known_contacts as
select distinct
    account_id,
    if(kind = 'phone', right("value", 10), "value") as form
from ${tables}contact_points;
