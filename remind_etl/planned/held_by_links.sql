-- Hold `links`: if more than $link_count accounts outside of the district would be linked at once, all of them wait. What they
-- have waits too, and the classes that they would own. Their students do not wait.
-- Grain: one row a change; one row the hold. Key: change_id; kind.
-- Inputs: planned.account_changes, planned.contact_point_changes, planned.school_member_changes,
-- planned.guardianship_changes, planned.class_changes, planned.class_membership_changes, platform_accounts.
-- Outputs: planned.waits, planned.holds, planned_steps.waiting_links, planned_steps.classes_of_links.

-- One row an account to link, if they are too many. Key: account_id.
create table planned_steps.waiting_links as
select
    change_id,
    account_id
from planned.account_changes
where "action" = 'link'
qualify count(*) over () > $link_count;

-- One row a class that would get such an owner. Key: class_id.
create table planned_steps.classes_of_links as
select
    class.change_id,
    class.class_id,
    class."action"
from planned.class_changes as class
semi join planned_steps.waiting_links as link on class.new_owner_account_id = link.account_id;

insert into planned.waits
with memberships as (
    select membership.change_id
    from planned.class_membership_changes as membership
    left join planned_steps.waiting_links as link on membership.account_id = link.account_id
    left join planned_steps.classes_of_links as class on membership.class_id = class.class_id
    where link.account_id is not null or class."action" != 'update' or membership."role" = 'owner' and class.class_id is not null
)

select
    'links' as hold,
    change_id,
    'too_many_links' as reason_code
from planned_steps.waiting_links
union all
select
    'links',
    contact.change_id,
    'record_of_held_link'
from planned.contact_point_changes as contact
semi join planned_steps.waiting_links as link on contact.new_account_id = link.account_id
union all
select
    'links',
    member.change_id,
    'record_of_held_link'
from planned.school_member_changes as member
semi join planned_steps.waiting_links as link on member.account_id = link.account_id
union all
select
    'links',
    guardianship.change_id,
    'record_of_held_link'
from planned.guardianship_changes as guardianship
semi join planned_steps.waiting_links as link on guardianship.guardian_account_id = link.account_id
union all
select
    'links',
    change_id,
    'class_of_held_link'
from planned_steps.classes_of_links
union all
select
    'links',
    change_id,
    'class_of_held_link'
from memberships
union all
-- An account whose contact point goes to a held link keeps it until then, and so stays itself.
select distinct
    'links',
    former.change_id,
    'contact_point_goes_to_held_link'
from planned.contact_point_changes as contact
semi join planned_steps.waiting_links as link on contact.new_account_id = link.account_id
inner join planned.account_changes as former on contact.old_account_id = former.account_id and former."action" = 'remove';

insert into planned.holds
select
    'links' as kind,
    count(*) as records,
    (select count(*) from platform_accounts as account where account.removed_at is null) as delivered,
    $link_count as allowed,
    true as is_held,
    false as is_approved
from planned_steps.waiting_links
having count(*) > 0;
