-- What the platform holds of a district, without removed records and in no order: a join with a sorted view would sort it.
-- Grain: one row a record. Key: the key of the kind.
-- Inputs: platform_accounts, platform_contact_points, platform_school_members, platform_guardianships, platform_classes.
-- Outputs: live_accounts, live_contact_points, live_school_members, live_guardianships, live_classes.

create or replace temp view live_accounts as
select * exclude (removed_at)
from platform_accounts
where removed_at is null;

create or replace temp view live_contact_points as
select * exclude (removed_at)
from platform_contact_points
where removed_at is null;

create or replace temp view live_school_members as
select * exclude (removed_at)
from platform_school_members
where removed_at is null;

create or replace temp view live_guardianships as
select * exclude (removed_at)
from platform_guardianships
where removed_at is null;

create or replace temp view live_classes as
select * exclude (removed_at)
from platform_classes
where removed_at is null;
