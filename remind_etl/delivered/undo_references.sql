-- Brings contact points, emails, phones and owners of classes in line with the accounts that are there afterwards.
-- Grain: one row a record. Key: the key of the kind.
-- Inputs: planned_steps.wished_accounts. Outputs: planned_steps.wished_accounts, planned_steps.wished_contact_points,
-- planned_steps.wished_classes, planned_steps.lost_contacts.

update planned_steps.wished_contact_points
set is_there = false
where account_id not in (select account.account_id from planned_steps.wished_accounts as account where account.is_there);

-- One row an account and a contact point that it names and does not have afterwards, with another one of the kind that it
-- has. Key: account_id, kind.
create table planned_steps.lost_contacts as
with named_contacts as (
    select
        account_id,
        is_wished,
        unnest(['email', 'phone']) as kind,
        unnest([email, phone]) as "value"
    from planned_steps.wished_accounts
    where is_there
)

select
    named.account_id,
    named.kind,
    other."value" as other_value
from named_contacts as named
left join (
    select
        account_id,
        kind,
        min("value") as "value"
    from planned_steps.wished_contact_points
    where is_there
    group by account_id, kind
) as other on named.account_id = other.account_id and named.kind = other.kind
anti join planned_steps.wished_contact_points as contact
    on
        named.account_id = contact.account_id
        and named.kind = contact.kind
        and named."value" = contact."value"
        and contact.is_there
where
    named."value" is not null
    and (
        named.is_wished
        or (named.kind, named."value") in (
            select (moved.kind, moved."value")
            from planned_steps.wished_contact_points as moved
            where moved.is_wished
        )
    );

update planned_steps.wished_accounts
set email = lost.other_value
from planned_steps.lost_contacts as lost
where wished_accounts.account_id = lost.account_id and lost.kind = 'email';

update planned_steps.wished_accounts
set phone = lost.other_value
from planned_steps.lost_contacts as lost
where wished_accounts.account_id = lost.account_id and lost.kind = 'phone';

update planned_steps.wished_classes
set is_there = false
where
    owner_account_id
    not in (select account.account_id from planned_steps.wished_accounts as account where account.is_there);

-- The account that has the owner's id now owns the class.
update planned_steps.wished_classes as class
set owner_account_id = holder.account_id
from planned_steps.wished_accounts as holder
inner join planned_steps.wished_accounts as owner on holder.account_id != owner.account_id
where
    class.is_there
    and class.owner_account_id = owner.account_id
    and owner.teacher_id is null
    and holder.is_there
    and class.owner_teacher_id = holder.teacher_id;

-- An account that owns a class stays its teacher.
update planned_steps.wished_accounts as account
set
    roles = concat_ws('+', 'teacher', nullif(account.roles, '')),
    teacher_id = coalesce(account.otherwise.teacher_id, class.owner_teacher_id)
from (
    select
        owner_account_id,
        min(owner_teacher_id) as owner_teacher_id
    from planned_steps.wished_classes
    where is_there
    group by owner_account_id
) as class
where account.account_id = class.owner_account_id and account.teacher_id is null;
