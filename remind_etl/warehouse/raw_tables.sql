-- The tables of what reading the files found.
-- Grain and key: see each table. Inputs: none.
-- Outputs: raw.files, raw.rejects, raw.reject_tokens, raw.outcomes, raw.gaps, raw.inner_cells, raw.repairs.

-- One row a file that was read. accepted + rejected + blank = records. unended_line is the last line, if no line end
-- follows it, and unended_column the column of its last cell.
create table raw.files (
    "file" varchar primary key,
    records bigint not null,
    accepted bigint not null,
    rejected bigint not null,
    blank bigint not null,
    unended_line bigint,
    unended_column varchar
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

-- One row a text that may be an id in a record that could not be read, however the record is cut into cells.
create view raw.reject_tokens as
select
    "file",
    line,
    unnest(valid.tokens(cells)) as cell
from raw.rejects;

-- One row a file that was read: what became of its records. miscounted is 0, as each is accepted, rejected or blank.
create view raw.outcomes as
select
    read_file."file",
    read_file.accepted,
    read_file.rejected,
    read_file.accepted + read_file.rejected as records,
    abs(read_file.records - read_file.accepted - read_file.rejected - read_file.blank)
    + abs(
        read_file.rejected - (select count(*) from raw.rejects as reject where reject."file" = read_file."file")
    ) as miscounted
from raw.files as read_file;

-- From the record with this ordinal (0 is the first accepted) on, line = ordinal + 2 + gap.
create table raw.gaps (
    "file" varchar not null,
    from_row bigint not null,
    gap bigint not null
);

-- One row an accepted record over several lines: the first of our columns that goes over them, what may be a cell in one
-- of them, and its school_id as it was sent.
create table raw.inner_cells (
    "file" varchar not null,
    line bigint not null,
    "column" varchar,
    cells varchar[] not null,
    school_id varchar
);

-- One row an accepted record that was read in another way than its file: the code and detail of its alert.
create table raw.repairs (
    "file" varchar not null,
    line bigint not null,
    code varchar not null,
    detail varchar,
    record_id varchar not null,
    school_id varchar not null
);
