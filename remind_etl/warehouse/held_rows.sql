-- The held changes with names, for people to read: of people first, then of their contacts, ties and places. Rows of a school
-- stand together, so that a reader of one school reads little. school is blank for changes that belong to none.
-- What belongs to a person has the name and id of the account that it is about.
-- Grain: one row a held change. Key: none. Inputs: ${changes}, ${tables}accounts, ${tables}classes.
-- Outputs: ${target}.

create or replace temp view ${target} as
with held_changes as (
    select
        *,
        json_transform(
            coalesce("before", "after"),
            '{
                "account_id": "VARCHAR",
                "guardian_account_id": "VARCHAR",
                "record_id": "VARCHAR",
                "teacher_id": "VARCHAR",
                "student_id": "VARCHAR",
                "class_id": "VARCHAR",
                "first_name": "VARCHAR",
                "last_name": "VARCHAR",
                "class_name": "VARCHAR",
                "roles": "VARCHAR",
                "role": "VARCHAR",
                "value": "VARCHAR"
            }'
        ) as record
    from ${changes}
    where state = 'held'
),

named_changes as (
    select
        held.kind,
        held.id,
        held."action",
        coalesce(held.school, '') as school,
        held.reason,
        if(held.kind = 'accounts', held.record.roles, held.record.role) as "role",
        coalesce(
            held.record.record_id,
            held.record.teacher_id,
            held.record.student_id,
            account.teacher_id,
            account.student_id
        ) as person_id,
        held.record.value as contact,
        held.record.class_id,
        coalesce(held.record.first_name, account.first_name) as first_name,
        coalesce(held.record.last_name, account.last_name) as last_name,
        coalesce(held.record.class_name, class.class_name) as class_name
    from held_changes as held
    left join ${tables}accounts as account
        on
            held.kind != 'accounts'
            and coalesce(held.record.account_id, held.record.guardian_account_id) = account.account_id
    left join ${tables}classes as class
        on held.kind = 'class_memberships' and held.record.class_id = class.class_id
)

select
    kind,
    "action",
    school,
    "role",
    person_id,
    first_name,
    last_name,
    class_id,
    class_name,
    contact,
    reason
from named_changes
order by
    list_position(
        ['accounts', 'classes', 'contact_points', 'guardianships', 'school_members', 'class_memberships'], kind
    ) asc,
    school asc, last_name asc, first_name asc, class_id asc, id asc;
