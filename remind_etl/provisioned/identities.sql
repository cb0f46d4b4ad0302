-- The account ids. Inputs: provisioned.persons, .winners, .recognised, .known_accounts, landed.drops; held_elsewhere
-- (value, account_id), the contact points of people not recognised that accounts outside of the district hold.

-- What the accounts that follow are made on, for the delivery to see that it is so still. Key: value, account_id.
create or replace table provisioned.held_elsewhere as
from held_elsewhere;

-- One row a person who is linked to an account that the platform holds outside of the district, by an email before a
-- phone. Where several people would be, the first in the order of claims is. Key: root; account_id.
create or replace table provisioned.linked as
with ways as (
    select
        w.root,
        h.account_id,
        min(w.kind) as kind
    from held_elsewhere as h
    inner join provisioned.winners as w on h."value" = w."value"
    anti join provisioned.known_accounts as k on h.account_id = k.account_id
    group by w.root, h.account_id
),

won as (
    select
        account_id,
        min(kind) as kind,
        arg_min(root, { 'kind': kind, 'root': root }) as root
    from ways
    group by account_id
)

select
    root,
    arg_min(account_id, { 'kind': kind, 'account_id': account_id }) as account_id
from won
group by root;

-- The name-based UUID (RFC 9562, version 5) of a text, from the SHA-1 of namespace and text.
create or replace macro provisioned.uuid_of(digest) as
concat_ws(
    '-',
    digest[1:8],
    digest[9:12],
    '5' || digest[14:16],
    ['8', '9', 'a', 'b'][(instr('0123456789abcdef', digest[17]) - 1) % 4 + 1] || digest[18:20],
    digest[21:32]
);

create or replace macro provisioned.account_uuid(district_id, "role", id) as
provisioned.uuid_of(
    sha1(unhex('f3a1c6d2b95e4c0f8a7d1e2b6c9f5d04') || encode(concat_ws(':', district_id, "role", id)))
);

-- One row a person with the account's id: the one they keep or are linked to, or one from district, role and id; where
-- that is the id of an account that is somebody else's by now, it is counted on. Key: root; account_id.
create or replace temp view found_identities as
with had as (
    from provisioned.recognised
    union all
    from provisioned.linked
),

fresh as (
    select
        p.root,
        p."role",
        p.id,
        d.district_id,
        provisioned.account_uuid(d.district_id, p."role", p.id) as account_id
    from provisioned.persons as p
    cross join landed.drops as d
    anti join had as h on p.root = h.root
),

counted as (
    select
        f.root,
        n.nth,
        provisioned.account_uuid(f.district_id, f."role" || '#' || n.nth, f.id) as account_id
    from fresh as f
    semi join provisioned.known_accounts as k on f.account_id = k.account_id
    cross join range(2, 100) as n (nth)
)

from had
union all
select
    f.root,
    f.account_id
from fresh as f
anti join provisioned.known_accounts as k on f.account_id = k.account_id
union all
select
    c.root,
    arg_min(c.account_id, c.nth) as account_id
from counted as c
anti join provisioned.known_accounts as k on c.account_id = k.account_id
group by c.root;
