-- The lines whose guardian has an email or phone and no name, with the delivered guardian whom they mean. This is the guardian
-- of the student who has the email, else the one who has the phone. If the student is new, it is any guardian who has the
-- email, because the student may have a new id. The phone tells nothing if another line of the student means this guardian:
-- by the name, or by the email. Such a line counts as if the guardian's name stood in it. One blank name beside one that is
-- the guardian's is like two blank ones. A line that was delivered without a name means the same guardian as then, who has
-- no name either: so the plan after a delivery is empty.
-- Grain: one row a line. Key: line.
-- Inputs: valid.students, provisioned.live_schools, platform_guardianships, provisioned_steps.known_accounts,
-- provisioned_steps.known_contacts. Outputs: provisioned_steps.contacts_without_name,
-- provisioned.recognised_lines.

-- A table of its own: in most districts it is empty, and nobody need be looked for.
create or replace table provisioned_steps.contacts_without_name as
from (
    select
        student.line,
        student.student_id,
        student.guardian_first_name as first_name,
        student.guardian_last_name as last_name,
        unnest([student.guardian_email, student.guardian_phone]) as "value"
    from valid.students as student
    semi join provisioned.live_schools as school on student.school_id = school.school_id
    where student.guardian_first_name is null or student.guardian_last_name is null
)
where "value" is not null;

create or replace table provisioned.recognised_lines as
with meant_accounts as (
    select
        line.line,
        line.student_id,
        account.account_id,
        account.first_name,
        account.last_name,
        account.name_key,
        (line.first_name is null and account.first_name is not null)
        or (line.last_name is null and account.last_name is not null) as adds_name,
        case
            when guardianship.student_id is null then 3
            when not adds_name then 0
            when contact.kind = 'email' then 1
            else 2
        end as place
    from provisioned_steps.contacts_without_name as line
    inner join provisioned_steps.known_contacts as contact on line."value" = contact."value"
    inner join provisioned_steps.known_accounts as account on contact.known = account.known
    left join platform_guardianships as guardianship
        on
            account.account_id = guardianship.guardian_account_id
            and line.student_id = guardianship.student_id
            and guardianship.removed_at is null
    left join provisioned_steps.known_accounts as student
        on line.student_id = student.student_id and student.removed_at is null
    where
        account.removed_at is null
        and coalesce(valid.name_key(line.first_name) = valid.name_key(account.first_name), line.first_name is null)
        and coalesce(valid.name_key(line.last_name) = valid.name_key(account.last_name), line.last_name is null)
        and contains(account.roles, 'guardian')
        and (guardianship.student_id is not null or (contact.kind = 'email' and adds_name and student.known is null))
),

names_at_students as (
    select distinct
        student.student_id,
        provisioned.name_key(student.guardian_first_name, student.guardian_last_name) as name_key
    from valid.students as student
    semi join provisioned.live_schools as school on student.school_id = school.school_id
    semi join meant_accounts as meant on student.student_id = meant.student_id
),

named_accounts as (
    select
        meant.student_id,
        meant.account_id
    from meant_accounts as meant
    inner join names_at_students as named on meant.student_id = named.student_id and meant.name_key = named.name_key
    union
    select
        student_id,
        account_id
    from meant_accounts
    where place = 1
)

select
    line,
    unnest(account)
from (
    select
        meant.line,
        arg_min(
            {
                'account_id': meant.account_id,
                'first_name': meant.first_name,
                'last_name': meant.last_name,
                'adds_name': meant.adds_name
            },
            { 'place': meant.place, 'account_id': meant.account_id }
        ) as account
    from meant_accounts as meant
    left join named_accounts as named on meant.student_id = named.student_id and meant.account_id = named.account_id
    where meant.place != 2 or named.account_id is null
    group by meant.line
)
where account.adds_name;
