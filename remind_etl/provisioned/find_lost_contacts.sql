-- The problem of contact points that another account has.
-- Inputs: provisioned_steps.lost_contacts, provisioned_steps.problems_of_contacts, provisioned_steps.claiming_rows.
-- Outputs: valid.findings.

insert into valid.findings by name
select
    'provisioned/accounts' as found_by,
    problem.code,
    problem."file",
    loser.line,
    problem."column",
    lost."value",
    lost."role" as record_type,
    loser.record_id,
    loser.school_id,
    case when holder."role" = 'guardian' then 'a guardian of student ' else holder."role" || ' ' end || holder.record_id
        as detail
from provisioned_steps.lost_contacts as lost
inner join provisioned_steps.problems_of_contacts as problem on lost."role" = problem."role" and lost.kind = problem.kind
inner join provisioned_steps.claiming_rows as loser on lost.person = loser.person and lost."value" = loser."value"
inner join provisioned_steps.claiming_rows as holder on lost.holder = holder.person and lost."value" = holder."value";
