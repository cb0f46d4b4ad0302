-- The lines of a file at which records that could be read need mending, in order. Inputs: report_faults, raw.rejects.

select distinct f.line
from report_faults as f
anti join raw.rejects as r on f."file" = r."file" and f.line = r.line
where f."file" = $file
order by f.line;
