-- No membership outlives its account. A drop without rosters leaves the memberships of an account that it removes. They go
-- with the next drop that has rosters, and wait for no hold: nobody is in the class by them.
-- Grain: one row a hold and change. Key: hold, change_id.
-- Inputs: planned.class_membership_changes, planned.account_changes, platform_accounts. Outputs: planned.waits.

delete from planned.waits
where change_id in (
    select membership.change_id
    from planned.class_membership_changes as membership
    inner join platform_accounts as former
        on membership.account_id = former.account_id and former.removed_at is not null
    anti join planned.account_changes as revived on membership.account_id = revived.account_id
    where membership."action" = 'remove'
);
