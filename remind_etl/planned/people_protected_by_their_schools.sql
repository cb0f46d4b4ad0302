-- Everybody at a school stays if the school waits to be linked, or if its row was left out.
-- Grain: one row an account and school. Key: none. Inputs: platform_school_members, planned_steps.protected_schools.
-- Outputs: planned_steps.protected_accounts.

insert into planned_steps.protected_accounts
select
    member.account_id,
    'people_protected_by_their_schools' as rule,
    school.reason_code,
    school."file",
    school.line
from platform_school_members as member
inner join planned_steps.protected_schools as school on member.school_id = school.school_id
where member.removed_at is null;
