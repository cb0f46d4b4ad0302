-- Names the remedy of rows that could not be read, and of rows that are no record. A finding that has a remedy keeps it.
-- Grain: one row a finding. Inputs: raw.rejects. Outputs: valid.findings.

-- Rows that could not be read.
with files_with_blank_ends as (
    select "file"
    from raw.rejects
    where code = 'wrong_cell_count'
    group by "file"
    having avg((cells[-1] = '')::int) > 0.5
)

update valid.findings as finding
set
    remedy = case
        when valid.is_total(reject.cells[1]) then 'totals'
        when valid.is_footer(array_to_string(reject.cells, ',')) then 'footers'
        when array_to_string(reject.cells, '') similar to '.*[“”].*' then 'curly_quotes'
        when
            reject.code = 'wrong_cell_count'
            and reject.cells[-1] = ''
            and reject."file" in (select blank_end."file" from files_with_blank_ends as blank_end)
            then 'blank_columns'
        when len(list_filter(reject.cells, lambda cell: starts_with(cell, '='))) > 0 then 'formula'
    end
from raw.rejects as reject
where
    finding.remedy is null
    and finding."file" = reject."file"
    and finding.line = reject.line
    and finding.code = reject.code;

-- All that is wrong with a row that is no record.
update valid.findings as finding
set remedy = no_record.remedy
from (
    select distinct
        "file",
        line,
        remedy
    from valid.findings
    where remedy in ('totals', 'header_again', 'footers')
) as no_record
where finding.remedy is null and finding."file" = no_record."file" and finding.line = no_record.line;
