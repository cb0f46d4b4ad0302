-- Teachers whose email stays with a teacher who is protected. Their own email then goes to nobody else either.
-- It runs again when more teachers are protected.
-- Grain: one row a teacher. Key: account_id.
-- Inputs: planned.account_changes, planned.contact_point_changes, planned_steps.protected_changes,
-- provisioned_steps.won_claims. Outputs: planned_steps.teachers_with_taken_email.

insert into planned_steps.teachers_with_taken_email
with recursive emails as (
    select
        change.change_id,
        change."value",
        change.old_account_id,
        change.new_account_id
    from planned.contact_point_changes as change
    inner join provisioned_steps.won_claims as claim
        on change."value" = claim."value" and claim.kind = 'email' and claim.role_rank = 0
    where change."action" = 'update'
),

taken as (
    select
        email.new_account_id as account_id,
        email.old_account_id as holder,
        email."value"
    from emails as email
    semi join planned_steps.protected_changes as protected on email.change_id = protected.change_id
    union
    select
        email.new_account_id,
        email.old_account_id,
        email."value"
    from emails as email
    inner join taken on email.old_account_id = taken.account_id
)

select
    taken.account_id,
    taken.holder,
    taken."value",
    coalesce(account."action" != 'update', false) as is_new
from taken
left join planned.account_changes as account on taken.account_id = account.account_id;
