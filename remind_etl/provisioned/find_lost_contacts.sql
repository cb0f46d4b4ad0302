-- The problem of contact points that another account has.
-- Inputs: provisioned_steps.lost_contacts, provisioned_steps.claiming_rows. Outputs: valid.findings.

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    case
        when lost."role" = 'teacher' and lost.kind = 'email' then 'email_taken'
        when lost.kind = 'phone' then 'phone_taken'
        when lost."role" = 'guardian' then 'guardian_email_taken'
        else 'student_email_taken'
    end as code,
    case lost."role" when 'teacher' then 'teachers.csv' else 'students.csv' end as "file",
    loser.line,
    lost."role" || case when lost."role" = 'teacher' and lost.kind = 'phone' then '_mobile_' else '_' end || lost.kind
        as "column",
    lost."value",
    lost."role" as record_type,
    loser.record_id,
    loser.school_id,
    case when holder."role" = 'guardian' then 'a guardian of student ' else holder."role" || ' ' end || holder.record_id
        as detail
from provisioned_steps.lost_contacts as lost
inner join provisioned_steps.claiming_rows as loser on lost.person = loser.person and lost."value" = loser."value"
inner join provisioned_steps.claiming_rows as holder on lost.holder = holder.person and lost."value" = holder."value";
