-- The account ids. Inputs: persons, winners, recognised, known_accounts; landed.drops; held_elsewhere
-- (value, account_id), the contact points of people not recognised that accounts outside of the district hold.

-- What the accounts that follow are made on, for the delivery to see that it is so still. Key: value, account_id.
create or replace table provisioned.held_elsewhere as
from held_elsewhere;

-- One row a person who is linked to an account that the platform holds outside of the district, by an email before a
-- phone; a student by an email alone, as a student's phone is often that of an adult. Where several people would be, the
-- first in the order of claims is. Key: root; account_id.
create or replace table provisioned.linked as
with ways as (
    select
        w.root,
        h.account_id,
        min(w.kind) as kind
    from held_elsewhere as h
    inner join winners as w on h."value" = w."value"
    anti join known_accounts as k on h.account_id = k.account_id
    where w.kind = 'email' or role_rank(w.root) < 2
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

-- One row a person who is neither known nor linked. Key: root.
create or replace temp table fresh as
select
    p.root,
    p."role",
    p.id,
    p.first_name,
    p.last_name
from persons as p
anti join recognised as r on p.root = r.root
anti join provisioned.linked as l on p.root = l.root;

-- One row such a person whose name-based id is that of an account: it is theirs where it has their name and is nobody
-- else's by now, as that of a guardian whose contact points others kept; else the id is counted on. Key: root; account_id.
create or replace temp table counted as
with taken as (
    select
        f.*,
        d.district_id
    from fresh as f
    cross join landed.drops as d
    semi join known_accounts as k on provisioned.account_uuid(d.district_id, f."role", f.id) = k.account_id
),

numbered as (
    select
        t.root,
        n.nth,
        provisioned.name_key(t.first_name, t.last_name) as name_key,
        provisioned.account_uuid(
            t.district_id, t."role" || case when n.nth > 1 then '#' || n.nth else '' end, t.id
        ) as account_id
    from taken as t
    cross join range(1, 100) as n (nth)
)

select
    n.root,
    arg_min(n.account_id, n.nth) as account_id
from numbered as n
left join known_accounts as k on n.account_id = k.account_id
left join recognised as r on k.known = r.known
where k.known is null or (r.known is null and k.name_key = n.name_key)
group by n.root;
