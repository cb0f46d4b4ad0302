-- The guardians: none, one or two in a family, each reachable by email, phone or both.
-- grain: a guardian   key: owner; family, place   inputs: pupils
create table guardians as
with families as (
    select
        family,
        any_value(last_name) as family_name,
        draw('guardians', family, 100) as many
    from pupils
    group by family
),

persons as (
    select
        families.family,
        families.family_name,
        places.place,
        families.family * 2 + places.place as owner
    from families
    inner join (values (0, 4), (1, 40)) as places (place, share_without)
        on families.many >= places.share_without
),

named as (
    select
        *,
        word('first_name', draw('guardian name', family, 1000000) + place * 17) as first_name,
        case
            when place = 0 or draw('guardian keeps name', owner, 10) < 7 then family_name
            else drawn_word('last_name', 'guardian last name', owner)
        end as last_name,
        draw('contact', owner, 100) as contact
    from persons
)

select
    family,
    place,
    owner,
    first_name,
    last_name,
    case
        when contact >= 12
            then concat(
                slug(first_name), '.', slug(last_name), owner, '@', drawn_word('email_host', 'email host', owner)
            )
    end as email,
    case when contact not between 12 and 16 then phone(owner) end as phone
from named;
