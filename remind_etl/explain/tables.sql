-- The tables of an explanation, without rows, in SQLite. A connection makes them once; the other steps fill them for one
-- record. The first tables are published ones, with the columns that are told. Inputs: none. Outputs: all that it creates.

create temp table sent_rows (
    "file" text, line integer, school_id text, class_id text, person_id text, is_taken integer, unique ("file", line)
);

create temp table reasons (
    found_by text,
    kind text,
    id text,
    second_id text,
    reason_code text,
    severity text,
    "file" text,
    line integer,
    "column" text,
    cause_file text,
    cause_line integer,
    school_id text,
    other_id text,
    "count" integer,
    detail text,
    remedy text
);

create temp table removed (kind text, id text, teacher_id text, student_id text, removed_at text);

create temp table guardian_lines (line integer, account_id text);

create temp table schools (school_id text, school_name text, platform_school_id text, link text, reason text);

create temp table changes (kind text, id text, "action" text, state text, reason text);

create temp table accounts (
    account_id text,
    roles text,
    teacher_id text,
    student_id text,
    first_name text,
    last_name text,
    email text,
    phone text,
    grade text
);

create temp table contact_points (account_id text, kind text, "value" text);

create temp table school_members (account_id text, school_id text, "role" text);

create temp table guardianships (guardian_account_id text, student_account_id text, student_id text);

create temp table classes (
    class_id text unique, school_id text, class_name text, owner_account_id text, owner_teacher_id text
);

create temp table class_members (class_id text, account_id text, "role" text, record_id text);

-- One row: the id that is explained. Key: record.
create temp table asked (record text);

-- One row a slash in it: the class and person that it may mean. Key: class_id, person_id.
create temp table pairs (class_id text, person_id text);

-- One row a kind of record, id and account with it. Key: kind, id, account_id.
create temp table named_ids (kind text, id text, account_id text);

-- One row a record that the id names; subjects.sql says more. Key: kind, id, account_id.
create temp table subjects (
    kind text,
    id text,
    account_id text,
    home text,
    school_id text,
    class_id text,
    person_id text
);

-- One row a row of a file that is about a subject. Key: kind, id, file, line.
create temp table own_rows (
    kind text, id text, "file" text, line integer, school_id text, class_id text, person_id text, is_taken integer
);

-- One row an enrollment of a subject. Key: kind, id, line.
create temp table own_enrollments (
    kind text, id text, "file" text, line integer, school_id text, class_id text, person_id text, is_taken integer
);

-- One row a membership that the platform has of a subject. Key: kind, id, class_id, account_id, role.
create temp table own_memberships (kind text, id text, class_id text, account_id text, "role" text, person_id text);

-- One row a school of which nothing is made. Key: school_id.
create temp table waiting_schools (school_id text, reason_code text);

-- One row a fact of a subject; catalogue/explanations.py has their sentences, whose braces name its columns. reason is why a
-- change waits or a record is protected. Key: none.
create temp table facts (
    kind text,
    id text,
    fact text,
    "file" text,
    line integer,
    school_id text,
    class_id text,
    person_id text,
    account_id text,
    "role" text,
    other_id text,
    reason text,
    found_by text,
    reason_code text,
    severity text,
    "column" text,
    cause_file text,
    cause_line integer,
    second_id text,
    "count" integer,
    detail text,
    remedy text
);
