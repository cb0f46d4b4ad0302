-- The enrollments whose cells have the full name or the email of a person who would leave a class, in place of the id. The name
-- may be written in any order, as in "Fox, Cleo".
-- Grain: one row a membership and line. Key: change_id, line.
-- Inputs: planned_steps.removed_memberships, platform_accounts, valid.left_out. Outputs: planned_steps.named_members.

create table planned_steps.named_members as
with people as (
    select
        membership.change_id,
        person.first_name,
        person.last_name,
        person.email
    from planned_steps.removed_memberships as membership
    inner join platform_accounts as person on membership.account_id = person.account_id
),

spellings as (
    select
        change_id,
        unnest([
            provisioned.name_key(first_name, last_name),
            provisioned.name_key(last_name, first_name),
            provisioned.name_key(email, null)
        ]) as spelling
    from people
    where first_name is not null and last_name is not null
)

select distinct
    person.change_id,
    sent.line
from spellings as person
inner join valid.left_out as sent on person.spelling = valid.name_key(replace(sent.cell, ',', ' '))
where sent."file" = 'enrollments.csv' and person.spelling != '';
