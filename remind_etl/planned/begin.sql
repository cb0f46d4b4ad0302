-- The empty tables of a plan.
-- Grain and key: see each table. Inputs: planned.reasons.
-- Outputs: planned_steps.protected_accounts, planned_steps.protected_changes, planned_steps.teachers_with_taken_email,
-- planned_steps.taken_contacts, planned_steps.guardians_without_contact, planned_steps.reused_people, planned.protected_records,
-- planned.protected_reasons, planned.holds, planned.standing_schools, planned.waits, planned.people, planned.plans.

-- One row an account that loses nothing, and a rule that says so. Key: none.
create table planned_steps.protected_accounts (
    account_id varchar not null,
    rule varchar not null,
    reason_code varchar not null,
    "file" varchar,
    line bigint
);

-- One row a change that a rule takes out of the plan. protected_records.sql does so. Key: none.
create table planned_steps.protected_changes (
    change_id bigint not null,
    rule varchar not null,
    reason_code varchar not null,
    "file" varchar,
    line bigint
);

-- One row a teacher who would get the email of a protected teacher. teachers_with_taken_email.sql finds them. Key: none.
create table planned_steps.teachers_with_taken_email (
    account_id varchar not null,
    holder varchar not null,
    "value" varchar not null,
    is_new boolean not null
);

-- One row a contact point that an account would get and a protected account keeps. taken_contacts.sql finds them. Key: value.
create table planned_steps.taken_contacts (
    account_id varchar not null,
    holder varchar not null,
    kind varchar not null,
    "value" varchar not null
);

-- One row a new guardian whose every contact point stays with protected accounts. guardians_without_contact.sql finds them.
-- Key: account_id.
create table planned_steps.guardians_without_contact (
    account_id varchar not null,
    change_id bigint not null
);

-- One row an account whose id belongs to another person than before. reused_people.sql finds them. Key: account_id.
create table planned_steps.reused_people (
    account_id varchar not null,
    record_type varchar not null,
    record_id varchar not null
);

-- One row a delivered record that stays although the files do not say so, and a rule. Key: kind, key, rule, reason_code.
create table planned.protected_records (
    kind varchar not null,
    "key" varchar not null,
    rule varchar not null,
    reason_code varchar not null,
    "file" varchar,
    line bigint
);

-- One row a protected record, with the first of its reasons, and the first line that gives it. Key: kind, key.
create view planned.protected_reasons as
select
    record.kind,
    record."key",
    arg_min(reason.sentence, reason.place) as reason,
    arg_min(record.reason_code, reason.place) as reason_code,
    unnest(min({ 'place': reason.place, 'line': record.line, 'file': record."file" }))
from planned.protected_records as record
inner join planned.reasons as reason using (reason_code)
group by record.kind, record."key";

-- One row a hold: how many records of how many, how many are allowed, and whether it waits for a person. Key: kind.
create table planned.holds (
    kind varchar not null,
    records bigint not null,
    delivered bigint not null,
    allowed bigint not null,
    is_held boolean not null,
    is_approved boolean not null
);

-- One row a kind of record and a school that loses two or more of them, or a file and a school that is missing in it: how
-- many records stood there before anything of the drop was delivered. Key: kind, school_id.
create table planned.standing_schools (
    kind varchar not null,
    school_id varchar not null,
    records bigint not null
);

-- One row a change and the hold that it waits for. Key: hold, change_id.
create table planned.waits (
    hold varchar not null,
    change_id bigint not null,
    reason_code varchar not null,
    primary key (hold, change_id)
);

-- One row a term in which people think: how many lose it by this plan, and by this plan with all that waits. Key: term.
create table planned.people (
    term varchar not null,
    left_so bigint not null,
    if_approved bigint not null
);

-- One row: the plan, the hash of its approval, the delivery before it, counts, holds, and the pause (`all`, `adds_only` or null).
create table planned.plans (
    plan_hash varchar not null,
    hold_hash varchar,
    base bigint not null,
    held bigint not null,
    paused bigint not null,
    protected bigint not null,
    holds varchar[] not null,
    pause varchar
);
