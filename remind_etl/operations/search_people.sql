-- People and classes that a text may mean, for the page that answers a parent. Inputs: accounts, contact_points, classes
-- (published tables).

-- One row an account whose name, email or phone is like $text, at most $most. $digits are those of a phone. Key: account_id.
with likely as (
    select
        account_id,
        roles,
        coalesce(teacher_id, student_id) as person_id,
        first_name,
        last_name,
        coalesce(email, phone) as contact,
        strip_accents(lower(concat_ws(' ', first_name, last_name, first_name))) as "name"
    from accounts
)

select
    account_id,
    roles,
    person_id,
    first_name,
    last_name,
    contact
from likely
where
    contains("name", strip_accents(lower($text)))
    or account_id in (
        select point.account_id
        from contact_points as point
        where
            point."value" = lower($text)
            or (point.kind = 'phone' and length($digits) >= 7 and ends_with(point."value", $digits))
    )
order by last_name asc, first_name asc, account_id asc
limit $most;

-- One row a class whose name is like $text, at most $most. Key: class_id.
select
    class_id,
    class_name
from classes
where contains(strip_accents(lower(class_name)), strip_accents(lower($text)))
order by class_name asc, class_id asc
limit $most;
