-- Rows to mend of each school of schools.csv, most errors first; null is what belongs to none. Key: school_id.
-- Input: report_faults.

select
    school_id,
    count(*) filter (where severity = 'error') as errors,
    count(*) filter (where severity = 'alert') as alerts
from report_faults
group by school_id
order by errors desc, alerts desc, school_id asc;
