-- The tables of what the stages find wrong.
-- Grain and key: see each table. Inputs: raw.files.
-- Outputs: valid.catalogue, valid.remedies, valid.findings, valid.left_out, valid.outcomes, valid.unreadable_values.

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
with read_files as (
    select
        "file",
        accepted,
        'valid/' || replace("file", '.csv', '') as asset
    from raw.files
)

select
    read_file."file",
    read_file.accepted,
    count(distinct left_out_row.line) as left_out,
    (
        select count(*)
        from valid.findings as repeated_row
        where repeated_row.found_by = read_file.asset and repeated_row.code = 'duplicate_row'
    ) as repeated
from read_files as read_file
left join valid.left_out as left_out_row
    on read_file."file" = left_out_row."file" and read_file.asset = left_out_row.found_by
group by read_file."file", read_file.accepted, read_file.asset;

-- One row a cell of an accepted row of a person that has a value, but cannot be read: an email, phone, dob or grade. The
-- delivered value stays.
create view valid.unreadable_values as
select
    "file",
    line,
    case when "file" = 'students.csv' then record_id end as student_id,
    case when "file" = 'teachers.csv' then record_id end as teacher_id,
    starts_with("column", 'guardian_') as is_guardian,
    regexp_replace(code, '^(invalid|ambiguous)_', '') as kind
from valid.findings
where
    code in ('invalid_email', 'invalid_phone', 'invalid_dob', 'ambiguous_dob', 'invalid_grade')
    and record_id is not null;
