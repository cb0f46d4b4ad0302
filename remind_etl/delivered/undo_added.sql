-- Takes away what the undone deliveries added to accounts and classes that were there before: an account or class that is
-- another one's again must keep nothing of what was added. New people and new classes stay, with what only these have. A new
-- class of an account that has the name from before again goes too.
-- Grain: one row a record. Key: the key of the kind.
-- Inputs: planned_steps.wished_accounts, planned_steps.wished_guardianships, planned_steps.wished_contact_points.
-- Outputs: planned_steps.returned_people, planned_steps.leaving_guardians, planned_steps.wished_classes,
-- planned_steps.wished_guardianships, planned_steps.wished_class_memberships, planned_steps.wished_contact_points,
-- planned_steps.wished_school_members, planned_steps.wished_accounts.

-- One row an account that has the name from before again. Key: account_id.
create table planned_steps.returned_people as
select account_id
from planned_steps.wished_accounts
where
    is_there and is_wished and not is_added and as_of is not null
    and (first_name != otherwise.first_name or last_name != otherwise.last_name);

update planned_steps.wished_classes
set is_there = false
where is_added and owner_account_id in (from planned_steps.returned_people);

-- One row a guardianship that is taken away. Key: guardian_account_id, student_account_id.
create table planned_steps.leaving_guardians as
select
    guardianship.guardian_account_id,
    guardianship.student_account_id
from planned_steps.wished_guardianships as guardianship
inner join planned_steps.wished_accounts as student on guardianship.student_account_id = student.account_id
inner join planned_steps.wished_accounts as guardian on guardianship.guardian_account_id = guardian.account_id
where guardianship.is_added and not (student.is_added and guardian.is_added);

update planned_steps.wished_guardianships
set is_there = false
where (guardian_account_id, student_account_id) in (from planned_steps.leaving_guardians);

update planned_steps.wished_class_memberships as membership
set is_there = false
from planned_steps.wished_classes as class, planned_steps.wished_accounts as account
where
    membership.class_id = class.class_id
    and membership.account_id = account.account_id
    and (
        (membership.is_added and not (class.is_added and account.is_added))
        or (class.is_added and account.account_id in (from planned_steps.returned_people))
    );

-- An account keeps an added contact point if the former one of this kind cannot come back.
update planned_steps.wished_contact_points as contact
set is_there = false
from (
    select
        account_id,
        unnest(['email', 'phone']) as kind,
        unnest([email, phone]) as "value"
    from planned_steps.wished_accounts
    where not is_added
) as named
where
    contact.account_id = named.account_id
    and contact.kind = named.kind
    and contact.is_added
    and contact."value" is distinct from named."value"
    and (
        named."value" is null
        or (named.account_id, named.kind, named."value") in (
            select (former.account_id, former.kind, former."value")
            from planned_steps.wished_contact_points as former
            where former.is_there
        )
    );

-- The owner of a new class stays at its school.
update planned_steps.wished_school_members
set is_there = false
where
    is_added
    and account_id not in (select account.account_id from planned_steps.wished_accounts as account where account.is_added)
    and account_id not in (
        select class.owner_account_id
        from planned_steps.wished_classes as class
        where class.is_added and class.is_there
    );

-- A new guardian without a student is none.
delete from planned_steps.leaving_guardians
where
    guardian_account_id in (
        select guardianship.guardian_account_id
        from planned_steps.wished_guardianships as guardianship
        where guardianship.is_there
    );

update planned_steps.wished_accounts
set
    roles = list_aggregate(list_filter(string_split(roles, '+'), lambda one: one != 'guardian'), 'string_agg', '+'),
    is_there = roles != 'guardian'
where
    is_there and is_added
    and account_id in (select leaving.guardian_account_id from planned_steps.leaving_guardians as leaving);
