-- The guardians: none, one or two in a household, each reachable by email, phone or both.
-- grain: a guardian   key: phone_owner; household, place   inputs: pupils
create table guardians as
with families as (
    select
        household,
        any_value(last_name) as family_name,
        draw('guardians', household, 100) as many
    from pupils
    group by household
),

persons as (
    select
        families.household,
        families.family_name,
        places.place,
        families.household * 2 + places.place as phone_owner
    from families
    inner join (values (0, 4), (1, 40)) as places (place, share_without)
        on families.many >= places.share_without
),

named as (
    select
        *,
        word('first_name', draw('guardian name', household, 1000000) + place * 17) as first_name,
        case
            when place = 0 or draw('guardian keeps name', phone_owner, 10) < 7 then family_name
            else drawn_word('last_name', 'guardian last name', phone_owner)
        end as last_name,
        draw('contact', phone_owner, 100) as contact
    from persons
)

select
    household,
    place,
    phone_owner,
    first_name,
    last_name,
    case
        when contact >= 12
            then concat(
                slug(first_name), '.', slug(last_name), phone_owner,
                '@', drawn_word('email_host', 'email host', phone_owner)
            )
    end as email,
    case when contact not between 12 and 16 then phone(phone_owner) end as phone
from named;
