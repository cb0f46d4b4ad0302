-- The counts by which provisioned.contact_points is judged. Key: none, one row. Inputs: provisioned.contact_points,
-- .accounts, .placeholders.

with judged as (
    select
        count(*) as contact_points,
        count(*) filter (where c.account_id is null or c.kind is null or c."value" is null) as incomplete,
        count(*) filter (where c.kind not in ('email', 'phone')) as unknown_kinds,
        count(*) filter (where c.kind = 'phone' and not regexp_full_match(c."value", '[+][1-9][0-9]{6,14}')) as odd_phones,
        count(*) filter (
            where c.kind = 'email' and (c."value" != lower(trim(c."value")) or not contains(c."value", '@'))
        ) as odd_emails,
        count(*) filter (where a.account_id is null) as strays,
        count(*) filter (where a.account_id is not null and if(c.kind = 'email', a.email, a.phone) is null) as unnamed,
        count(*) filter (where p."value" is not null) as placeholders
    from provisioned.contact_points as c
    left join provisioned.accounts as a on c.account_id = a.account_id
    left join provisioned.placeholders as p on c."value" = p."value"
),

repeated as (
    select count(*) as repeated
    from (
        select 1
        from provisioned.contact_points
        group by kind, "value"
        having count(*) > 1
    ) as several
)

select
    j.*,
    r.*
from judged as j
cross join repeated as r;
