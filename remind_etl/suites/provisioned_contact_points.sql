-- The counts by which provisioned.contact_points is judged by itself. They are of the numbered rows that the view shows.
-- Key: none, one row.
-- Inputs: provisioned.account_rows, .further_contact_points, .contact_points, .placeholders.

-- One row a contact point and person.
with points as (
    select
        person,
        'email' as kind,
        email as "value"
    from provisioned.account_rows
    where email is not null
    union all
    select
        person,
        'phone',
        phone
    from provisioned.account_rows
    where phone is not null
    union all
    select
        person,
        kind,
        "value"
    from provisioned.further_contact_points
),

judged as (
    select
        count(*) as points,
        count(*) filter (where person is null or kind is null or "value" is null) as incomplete,
        count(*) filter (where kind = 'phone' and not regexp_full_match("value", '[+][1-9][0-9]{6,14}')) as odd_phones,
        count(*) filter (where kind = 'email' and ("value" != lower(trim("value")) or not contains("value", '@'))) as odd_emails
    from points
),

shown as (
    select
        count(*) as points,
        count(*) filter (where account_id is null) as without_account
    from provisioned.contact_points
),

further as (
    select
        count(*) filter (where account.person is null) as strays,
        count(*) filter (where account.person is not null and if(point.kind = 'email', account.email, account.phone) is null)
            as unnamed
    from provisioned.further_contact_points as point
    left join provisioned.account_rows as account on point.person = account.person
),

crowded as (
    select count(*) as placeholders
    from points
    semi join provisioned.placeholders as placeholder on points."value" = placeholder."value"
),

repeated as (
    select count(*) as repeated
    from (
        select 1
        from points
        group by kind, "value"
        having count(*) > 1
    ) as several
)

select
    judged.* exclude (points),
    abs(judged.points - shown.points) as not_shown,
    further.strays + shown.without_account as strays,
    further.unnamed,
    crowded.placeholders,
    repeated.repeated
from judged
cross join shown
cross join further
cross join crowded
cross join repeated;
