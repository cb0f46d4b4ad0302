-- The problem of files that may be cut off, if something would be removed or changed because of them.
-- Inputs: planned_steps.cut_files, planned_steps.doubtful_rows, planned.reasons, planned.waits. Outputs: valid.findings.

insert into valid.findings by name
select
    'planned/changes' as found_by,
    'file_may_be_cut' as code,
    cut."file",
    reason.sentence as detail
from (
    select
        "file",
        reason_code
    from planned_steps.cut_files
    union
    select
        "file",
        reason_code
    from planned_steps.doubtful_rows
) as cut
inner join planned.reasons as reason on cut.reason_code = reason.reason_code
where exists (
    from planned.waits as waiting
    where
        waiting.hold = 'cut_files'
        and (waiting.reason_code = cut.reason_code or cut.reason_code != 'last_cell_may_be_cut')
);
