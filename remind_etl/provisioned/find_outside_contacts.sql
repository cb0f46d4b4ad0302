-- The problems of contact points that accounts outside of the district have, or that linked accounts do not get.
-- Inputs: provisioned_steps.outside_contacts, provisioned_steps.claiming_rows. Outputs: valid.findings.

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    contact.code,
    case claim."role" when 'teacher' then 'teachers.csv' else 'students.csv' end as "file",
    claim.line,
    claim."role" || case when claim."role" = 'teacher' and contact.kind = 'phone' then '_mobile_' else '_' end
    || contact.kind as "column",
    contact."value",
    claim."role" as record_type,
    claim.record_id,
    claim.school_id
from provisioned_steps.outside_contacts as contact
inner join provisioned_steps.claiming_rows as claim
    on contact.person = claim.person and contact."value" = claim."value";
