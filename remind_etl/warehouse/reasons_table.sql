-- Why the platform does not have a record as the files do. The step that drops, protects, merges, or leaves off a record
-- writes the row when it does so: `insert into reasons by name select ...`. A step that is retried deletes its rows first
-- (findings.forget). Rows hold ids, codes and lines; no names, contact points or cells. A school that waits has a row, and
-- its records have none: that may be all records of a district.
-- Grain: one row a record and a reason. Key: none.
--   found_by: the asset, such as provisioned/accounts. Its first word is the stage.
--   kind, id, second_id: a `school`, `teacher`, `student` or `class` of the files; an `enrollment` has class_id and user_id.
--   reason_code: a fact of catalogue/explanations.py.
--   file, line, column: the row of the record. cause_file, cause_line: the row behind it, such as that of its class.
--   school_id, other_id, count: what the sentence names beside the record.
-- Problems, rejected lines and changes of the plan are reasons too. They stand in tables of their own, and are published
-- with these rows as `reasons`, by warehouse/traces.sql and delivered/traces.sql.
-- Inputs: none. Outputs: reasons.

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
