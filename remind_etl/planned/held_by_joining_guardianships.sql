-- Hold `contact points`: a new guardianship that would make one family of two people, while an email or phone that passes between
-- them waits. Else the guardian gets the child now, and the next plan passes the value without a person.
-- Grain: one row a change. Key: hold, change_id.
-- Inputs: planned.waits, planned.contact_point_changes, planned.guardianship_changes, platform_guardianships.
-- Outputs: planned.waits.

insert into planned.waits
with passed_contacts as (
    select
        contact.old_account_id,
        contact.new_account_id
    from planned.contact_point_changes as contact
    inner join planned.waits as waiting on contact.change_id = waiting.change_id
    where waiting.reason_code = 'contact_point_passed'
),

guardianships as (
    select
        null as change_id,
        student_account_id,
        guardian_account_id
    from platform_guardianships
    where removed_at is null
    union all
    select
        change_id,
        student_account_id,
        guardian_account_id
    from planned.guardianship_changes
    where "action" in ('create', 'revive')
),

members_of_families as (
    select
        change_id,
        student_account_id as family,
        unnest([student_account_id, guardian_account_id]) as account_id
    from guardianships
),

joining as (
    select unnest([giver.change_id, taker.change_id]) as change_id
    from passed_contacts as passed
    inner join members_of_families as giver on passed.old_account_id = giver.account_id
    inner join members_of_families as taker on passed.new_account_id = taker.account_id and giver.family = taker.family
)

select distinct
    'contact points' as hold,
    change_id,
    'contact_point_passed' as reason_code
from joining
where change_id is not null;
