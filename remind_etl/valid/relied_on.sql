-- The files that can be relied on: one that cannot be read, or is none of its kind, makes no other file's references wrong.
-- What its valid table is blocked for does not count: its ids are known all the same.
-- Grain: one row a file. Key: file. Inputs: raw.files, valid.findings, valid.catalogue. Outputs: valid_steps.relied_on.

create or replace table valid_steps.relied_on as
select read_file."file"
from raw.files as read_file
anti join (
    select finding."file"
    from valid.findings as finding
    inner join valid.catalogue as kind on finding.code = kind.code
    where kind.severity = 'blocker' and not starts_with(finding.found_by, 'valid/')
) as blocked on read_file."file" = blocked."file";
