-- The ids of teachers and students that belong to another person than before: first and last name are other ones, and so
-- are birth date, contact points or guardians. What is the same in any of these speaks for the same person.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned.account_changes, platform_contact_points, platform_guardianships, provisioned.contact_points,
-- provisioned.guardianships, planned_steps.account_schools. Outputs: planned_steps.reused_people, valid.findings.

create table planned_steps.reused_people as
with renamed as (
    select
        account_id,
        if(old_student_id = new_student_id, 'student', 'teacher') as record_type,
        if(old_student_id = new_student_id, old_student_id, old_teacher_id) as record_id,
        old_dob,
        new_dob
    from planned.account_changes
    where
        "action" = 'update'
        and (old_student_id = new_student_id or old_teacher_id = new_teacher_id)
        and provisioned.name_key(old_first_name, null) != provisioned.name_key(new_first_name, null)
        and provisioned.name_key(old_last_name, null) != provisioned.name_key(new_last_name, null)
        and provisioned.name_key(old_first_name, null) != provisioned.name_key(new_last_name, null)
),

traits as (
    select
        contact.account_id,
        'contact' as trait,
        contact."value" as known_value
    from platform_contact_points as contact
    where contact.removed_at is null
    union all
    select
        guardianship.student_account_id,
        'guardian',
        guardianship.guardian_account_id
    from platform_guardianships as guardianship
    where guardianship.removed_at is null
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
inner join compared on renamed.account_id = compared.account_id and compared.same = 0 and compared.other > 0;

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
