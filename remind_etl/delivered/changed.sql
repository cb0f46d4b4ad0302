-- The changes that go to the platform and remove or change what was there, or add something to it, with the records before and
-- after as JSON. New accounts and classes are not among them, nor what only these have. A new guardian of a known student is,
-- and a new student of a known guardian. $base is the delivery before, 0 for none.
-- Grain: one row a change. Key: kind, id.
-- Inputs: planned.changes, planned.account_changes, planned.contact_point_changes, planned.school_member_changes,
-- planned.guardianship_changes, planned.class_changes, planned.class_membership_changes. Outputs: none.

with new_accounts as (
    select account_id
    from planned.account_changes
    where state = 'go' and "action" in ('create', 'link', 'revive')
),

-- The two people of a new guardianship, if one of them was there before.
new_families as (
    select unnest([guardian_account_id, student_account_id]) as account_id
    from planned.guardianship_changes
    where
        "action" = 'create'
        and (guardian_account_id not in (from new_accounts) or student_account_id not in (from new_accounts))
),

added as (
    select change_id
    from planned.contact_point_changes
    where "action" = 'create' and new_account_id not in (from new_accounts)
    union all
    select change_id
    from planned.school_member_changes
    where "action" = 'create' and account_id not in (from new_accounts)
    union all
    select change_id
    from planned.guardianship_changes
    where
        "action" = 'create'
        and (guardian_account_id not in (from new_accounts) or student_account_id not in (from new_accounts))
    union all
    select account.change_id
    from planned.account_changes as account
    semi join new_families as family on account.account_id = family.account_id
    where account."action" = 'create'
    union all
    select change_id
    from planned.class_changes
    where "action" = 'create' and new_owner_account_id not in (from new_accounts)
    union all
    select membership.change_id
    from planned.class_membership_changes as membership
    left join planned.class_changes as class
        on membership.class_id = class.class_id and class.state = 'go' and class."action" in ('create', 'revive')
    where membership."action" = 'create' and class.class_id is null
)

select
    kind,
    id,
    "action",
    "before"::varchar as "before",
    "after"::varchar as "after"
from planned.changes
where state = 'go' and ("action" != 'create' or ($base > 0 and change_id in (from added)));
