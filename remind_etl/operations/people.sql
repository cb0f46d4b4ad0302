-- What the platform has of a person or class, for the page that answers a parent. Inputs: accounts, contact_points,
-- school_members, guardianships, classes, class_members, schools (published tables); asked, the id.

-- One row an account that has the id as its own, or as the id of its teacher or student. Key: account_id.
with contacts as (
    select
        account_id,
        "value"
    from contact_points
    order by kind asc, "value" asc
),

at_schools as (
    select distinct
        member.account_id,
        coalesce(school.school_name, member.school_id) as school
    from school_members as member
    left join schools as school on member.school_id = school.school_id
    order by school asc
)

select
    account_id,
    roles,
    coalesce(teacher_id, student_id) as person_id,
    first_name,
    last_name,
    grade,
    (
        select json_group_array(contacts."value") from contacts where contacts.account_id = account.account_id
    ) as contacts,
    (
        select json_group_array(at_schools.school) from at_schools where at_schools.account_id = account.account_id
    ) as schools
from accounts as account
where (select record from asked) in (account_id, teacher_id, student_id)
order by roles asc, account_id asc;

-- One row a guardian or child of the accounts. Key: account_id, other_id.
with own_accounts as (
    select account_id
    from accounts
    where (select record from asked) in (account_id, teacher_id, student_id)
)

select
    tie.guardian_account_id as account_id,
    'child' as relation,
    other.account_id as other_id,
    other.student_id as person_id,
    other.first_name,
    other.last_name,
    coalesce(other.email, other.phone) as contact
from guardianships as tie
inner join accounts as other on tie.student_account_id = other.account_id
where tie.guardian_account_id in (select own.account_id from own_accounts as own)
union all
select
    tie.student_account_id,
    'guardian',
    other.account_id,
    null,
    other.first_name,
    other.last_name,
    coalesce(other.email, other.phone)
from guardianships as tie
inner join accounts as other on tie.guardian_account_id = other.account_id
where tie.student_account_id in (select own.account_id from own_accounts as own)
order by relation desc, last_name asc nulls last, first_name asc nulls last;

-- One row a class of the accounts and a role in it. Key: account_id, class_id, role.
with own_accounts as (
    select account_id
    from accounts
    where (select record from asked) in (account_id, teacher_id, student_id)
)

select distinct
    member.account_id,
    member.class_id,
    class.class_name,
    member."role"
from class_members as member
inner join classes as class on member.class_id = class.class_id
where member.account_id in (select own.account_id from own_accounts as own)
order by class.class_name asc nulls last, member.class_id asc, member."role" asc;

-- One row a person in the class with the id and a role in it, guardians last. Key: account_id, role, record_id.
select
    class.class_name,
    member."role",
    person.account_id,
    member.record_id as person_id,
    person.first_name,
    person.last_name
from class_members as member
inner join classes as class on member.class_id = class.class_id
inner join accounts as person on member.account_id = person.account_id
where member.class_id = (select record from asked)
order by
    case member."role" when 'owner' then 1 when 'co_teacher' then 2 when 'student' then 3 else 4 end asc,
    person.last_name asc nulls last, person.first_name asc nulls last, person.account_id asc, member.record_id asc;
