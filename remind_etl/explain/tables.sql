-- The tables of an explanation, without rows. A connection makes them once; the other steps fill them for one record.
-- Inputs: sent_rows, reasons, class_members. Outputs: asked, pairs, subjects, own_rows, own_enrollments, own_memberships,
-- waiting_schools, facts.

-- One row: the id that is explained. Key: record.
create temp table asked (record varchar);

-- One row a slash in it: the class and person that it may mean. Key: class_id, person_id.
create temp table pairs (class_id varchar, person_id varchar);

-- One row a record that the id names; subjects.sql says more. Key: kind, id, account_id.
create temp table subjects (
    kind varchar,
    id varchar,
    account_id varchar,
    home varchar,
    school_id varchar,
    class_id varchar,
    person_id varchar
);

-- One row a row of a file that is about a subject. Key: kind, id, file, line.
create temp table own_rows as
select
    null::varchar as kind,
    null::varchar as id,
    sent.*
from sent_rows as sent
where false;

-- One row an enrollment of a subject. Key: kind, id, line.
create temp table own_enrollments as
select
    null::varchar as kind,
    null::varchar as id,
    sent.*
from sent_rows as sent
where false;

-- One row a membership that the platform has of a subject. Key: kind, id, class_id, account_id, role.
create temp table own_memberships as
select
    null::varchar as kind,
    null::varchar as id,
    class_id,
    account_id,
    "role",
    record_id as person_id
from class_members
where false;

-- One row a school of which nothing is made. Key: school_id.
create temp table waiting_schools (school_id varchar, reason_code varchar);

-- One row a fact of a subject; catalogue/explanations.py has their sentences, whose braces name its columns. reason is why a
-- change waits or a record is protected. Key: none.
create temp table facts as
select
    *,
    null::varchar as fact,
    null::varchar as class_id,
    null::varchar as person_id,
    null::varchar as account_id,
    null::varchar as "role",
    null::varchar as reason
from reasons
where false;
