-- The published tables that an explanation reads, without rows: each is replaced by its file where there is one. A
-- district whose first drop is blocked has few.

create or replace view sent_rows as
select
    null::varchar as "file",
    null::bigint as line,
    null::varchar as school_id,
    null::varchar as class_id,
    null::varchar as person_id,
    null::boolean as is_taken
where false;

create or replace view findings as
select
    null::varchar as found_by,
    null::varchar as code,
    null::varchar as "file",
    null::bigint as line,
    null::varchar as "column",
    null::varchar as record_type,
    null::varchar as record_id
where false;

create or replace view problems as
select
    null::varchar as severity,
    null::varchar as code,
    null::varchar as "file",
    null::bigint as line,
    null::varchar as "column",
    null::varchar as record_type,
    null::varchar as record_id,
    null::varchar as message,
    null::varchar as fix
where false;

create or replace view unread_cells as
select
    null::varchar as "file",
    null::bigint as line,
    null::varchar as code,
    null::varchar as cell
where false;

create or replace view schools as
select
    null::varchar as school_id,
    null::varchar as platform_school_id,
    null::varchar as link,
    null::varchar as reason
where false;

create or replace view guardian_lines as
select
    null::bigint as line,
    null::varchar as account_id
where false;

create or replace view shared_contacts as
select
    null::varchar as "file",
    null::bigint as line,
    null::varchar as "column",
    null::bigint as people
where false;

create or replace view waiting_teachers as
select null::varchar as teacher_id
where false;

create or replace view kept as
select
    null::varchar as kind,
    null::varchar as id,
    null::varchar as reason
where false;

create or replace view removed as
select
    null::varchar as kind,
    null::varchar as id,
    null::varchar as teacher_id,
    null::varchar as student_id,
    null::varchar as removed_at
where false;

create or replace view changes as
select
    null::varchar as kind,
    null::varchar as id,
    null::varchar as "action",
    null::varchar as state,
    null::varchar as reason
where false;

create or replace view accounts as
select
    null::varchar as account_id,
    null::varchar as roles,
    null::varchar as teacher_id,
    null::varchar as student_id
where false;

create or replace view contact_points as
select
    null::varchar as account_id,
    null::varchar as kind
where false;

create or replace view school_members as
select
    null::varchar as account_id,
    null::varchar as school_id,
    null::varchar as "role"
where false;

create or replace view guardianships as
select
    null::varchar as guardian_account_id,
    null::varchar as student_account_id,
    null::varchar as student_id
where false;

create or replace view classes as
select
    null::varchar as class_id,
    null::varchar as school_id,
    null::varchar as owner_account_id,
    null::varchar as owner_teacher_id
where false;

create or replace view class_members as
select
    null::varchar as class_id,
    null::varchar as account_id,
    null::varchar as "role",
    null::varchar as record_id
where false;

-- Who decided about a school, and when.
create or replace view decisions as
select
    null::varchar as school_id,
    null::varchar as decided_by,
    null::varchar as decided_at
where false;

-- One row a fact that an explanation tells of a record; sentences.csv has its stage and sentence, the columns fill it.
create or replace table facts (
    kind varchar,
    id varchar,
    fact varchar,
    "file" varchar,
    line bigint,
    code varchar,
    school_id varchar,
    class_id varchar,
    person_id varchar,
    account_id varchar,
    "role" varchar,
    what varchar,
    why varchar,
    other varchar,
    "count" bigint
);
