-- The ids of teachers and students that belong to another person than before, also where the id was removed meanwhile.
-- First and last name are other ones, and nothing of birth date, contact points and guardians is the same. Names that are
-- alike need a value there that is another one.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned.account_changes, platform_accounts, platform_contact_points, platform_guardianships,
-- provisioned.contact_points, provisioned.guardianships, planned_steps.account_schools.
-- Outputs: planned_steps.reused_people, valid.findings.

create table planned_steps.reused_people as
with renamed as (
    select
        change.account_id,
        if(before.student_id = change.new_student_id, 'student', 'teacher') as record_type,
        if(before.student_id = change.new_student_id, before.student_id, before.teacher_id) as record_id,
        before.dob as old_dob,
        change.new_dob,
        before.removed_at is not null as was_removed,
        valid.is_like(
            before.first_name, before.last_name, change.new_first_name, change.new_last_name
        ) as is_like
    from planned.account_changes as change
    inner join platform_accounts as before on change.account_id = before.account_id
    where
        change."action" in ('update', 'revive')
        and (before.student_id = change.new_student_id or before.teacher_id = change.new_teacher_id)
        and provisioned.name_key(before.first_name, null) != provisioned.name_key(change.new_first_name, null)
        and provisioned.name_key(before.last_name, null) != provisioned.name_key(change.new_last_name, null)
        and provisioned.name_key(before.first_name, null) != provisioned.name_key(change.new_last_name, null)
),

traits as (
    select
        renamed.account_id,
        'contact' as trait,
        contact."value" as known_value
    from platform_contact_points as contact
    inner join renamed on contact.account_id = renamed.account_id
    where contact.removed_at is null or renamed.was_removed
    union all
    select
        renamed.account_id,
        'guardian',
        guardianship.guardian_account_id
    from platform_guardianships as guardianship
    inner join renamed on guardianship.student_account_id = renamed.account_id
    where guardianship.removed_at is null or renamed.was_removed
    union all
    select
        account_id,
        'dob',
        old_dob
    from renamed
),

new_traits as (
    select
        account_id,
        'contact' as trait,
        "value" as known_value
    from provisioned.contact_points
    union all
    select
        student_account_id,
        'guardian',
        guardian_account_id
    from provisioned.guardianships
    union all
    select
        account_id,
        'dob',
        new_dob
    from renamed
),

compared as (
    select
        renamed.account_id,
        count(*) filter (where before.known_value = after.known_value) as same,
        count(*) filter (where before.known_value != after.known_value) as other
    from renamed
    inner join traits as before on renamed.account_id = before.account_id
    inner join new_traits as after on renamed.account_id = after.account_id and before.trait = after.trait
    group by renamed.account_id
)

select
    renamed.account_id,
    renamed.record_type,
    renamed.record_id
from renamed
left join compared on renamed.account_id = compared.account_id
where coalesce(compared.same, 0) = 0 and (not renamed.is_like or compared.other > 0);

insert into valid.findings by name
select
    'planned/changes' as found_by,
    'person_id_reused' as code,
    reused.record_type || 's.csv' as "file",
    reused.record_type || '_id' as "column",
    reused.record_id as "value",
    reused.record_type,
    reused.record_id,
    school.school_id
from planned_steps.reused_people as reused
left join planned_steps.account_schools as school on reused.account_id = school.account_id;
