-- The files of the drop that may be cut off, with the evidence. On the joint line, an old end follows a new beginning.
-- Grain: one row a file. Key: file. Inputs: none. Outputs: planned_steps.cut_files, planned_steps.cut_ids.

create table planned_steps.cut_files as
select
    unnest($files::varchar[]) as "file",
    unnest($reasons::varchar[]) as reason_code,
    unnest($joint_lines::bigint[]) as joint_line;

-- One row a file whose last row may be cut in its last cell. cut_ids.sql finds them. Key: file.
create table planned_steps.cut_ids (
    "file" varchar not null
);
