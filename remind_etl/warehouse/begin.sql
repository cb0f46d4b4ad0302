-- An empty warehouse: the schemas of the stages, and the tables that more than one asset fills.

drop schema if exists landed cascade;
drop schema if exists raw cascade;
drop schema if exists valid cascade;
drop schema if exists mapped cascade;
drop schema if exists provisioned cascade;
drop schema if exists planned cascade;
drop table if exists reasons;

-- The tables that the stages of the drop before left to be looked at.
drop schema if exists raw_steps cascade;
drop schema if exists valid_steps cascade;
drop schema if exists mapped_steps cascade;
drop schema if exists provisioned_steps cascade;
drop schema if exists planned_steps cascade;
drop schema if exists delivered_steps cascade;

create schema landed;
create schema raw;
create schema valid;
create schema mapped;
create schema provisioned;
create schema planned;

-- One row a record and a reason why the platform does not have it as the files do. The step that drops, protects, merges,
-- or leaves off a record writes the row when it does so: `insert into reasons by name select ...`. A step that is retried
-- deletes its rows first (findings.forget). Rows hold ids, codes and lines; no names, contact points or cells. A school
-- that waits has a row, and its records have none: that may be all records of a district. Key: none.
--   found_by: the asset, such as provisioned/accounts. Its first word is the stage.
--   kind, id, second_id: a `school`, `teacher`, `student` or `class` of the files; an `enrollment` has class_id and user_id.
--   reason_code: a fact of catalogue/explanations.py.
--   file, line, column: the row of the record. cause_file, cause_line: the row behind it, such as that of its class.
--   school_id, other_id, count: what the sentence names beside the record.
-- Problems, rejected lines and changes of the plan are reasons too. They stand in tables of their own, and are published
-- with these rows as `reasons`, by warehouse/traces.sql and delivered/traces.sql.
create table reasons (
    found_by varchar not null,
    kind varchar not null,
    id varchar,
    second_id varchar,
    reason_code varchar not null,
    "file" varchar,
    line bigint,
    "column" varchar,
    cause_file varchar,
    cause_line bigint,
    school_id varchar,
    other_id varchar,
    "count" bigint
);

-- One row a file of the drop.
create table landed.files (
    "name" varchar primary key,
    file_name varchar not null,
    sent_as varchar not null,
    "path" varchar not null,
    "size" bigint not null,
    sha256 varchar not null
);

-- One row: the drop that this warehouse is about.
create table landed.drops (
    district_id varchar not null,
    drop_id varchar not null,
    landed_at timestamptz not null
);

-- One row a file that was read. accepted + rejected + blank = records.
create table raw.files (
    "file" varchar primary key,
    records bigint not null,
    accepted bigint not null,
    rejected bigint not null,
    blank bigint not null
);

-- One row a record that could not be read, with its cells as far as they can be told apart, and its school_id where
-- nothing before that cell could have moved it.
create table raw.rejects (
    "file" varchar not null,
    line bigint not null,
    code varchar not null,
    detail varchar,
    cells varchar[],
    school_id varchar
);

-- One row a file that was read: what became of its records. miscounted is 0, as each is accepted, rejected or blank.
create view raw.outcomes as
select
    f."file",
    f.accepted,
    f.rejected,
    f.accepted + f.rejected as records,
    abs(f.records - f.accepted - f.rejected - f.blank)
    + abs(f.rejected - (select count(*) from raw.rejects as r where r."file" = f."file")) as miscounted
from raw.files as f;

-- From the record with this ordinal (0 is the first accepted) on, line = ordinal + 2 + gap.
create table raw.gaps (
    "file" varchar not null,
    from_row bigint not null,
    gap bigint not null
);

-- One row an accepted record over several lines: the first of our columns that goes over them, and what may be a cell in
-- one of them.
create table raw.inner_cells (
    "file" varchar not null,
    line bigint not null,
    "column" varchar,
    cells varchar[] not null
);

-- One row a kind of problem, from problems.py, with its place there.
create table valid.catalogue (
    place bigint not null,
    code varchar primary key,
    severity varchar not null,
    message varchar not null,
    fix varchar not null
);

-- One row a remedy of a known cause, from remedies.py.
create table valid.remedies (
    "name" varchar primary key,
    fix varchar not null
);

-- One row a fault found by an asset; valid.problems shows them. A remedy is named where one fits better than the code's;
-- the codes are those of the problems that a gate counts.
create table valid.findings (
    found_by varchar not null,
    code varchar not null references valid.catalogue (code),
    "file" varchar,
    line bigint,
    "column" varchar,
    "value" varchar,
    record_type varchar,
    record_id varchar,
    school_id varchar,
    detail varchar,
    remedy varchar,
    codes varchar[]
);

-- One row an id of a record that was left out, because of an error or because what it refers to was left out: such a
-- record is not absent, so nothing with these ids is removed. A blank id is null. Of a record over several lines it is also
-- what may be an id in one of them.
create table valid.left_out (
    found_by varchar not null,
    "file" varchar not null,
    line bigint not null,
    cell varchar
);

-- One row a file that was read: its rows, those of them that its valid table leaves out, and those that repeat others.
create view valid.outcomes as
select
    f."file",
    f.accepted,
    count(distinct l.line) as left_out,
    (select count(*) from valid.findings as r where r.found_by = a.asset and r.code = 'duplicate_row') as repeated
from raw.files as f
cross join (select 'valid/' || replace(f."file", '.csv', '') as asset) as a
left join valid.left_out as l on f."file" = l."file" and a.asset = l.found_by
group by f."file", f.accepted, a.asset;
