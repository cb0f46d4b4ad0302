-- The ids of teachers and students that belong to another person than before, also where the id was removed meanwhile.
-- The name is another one, and nothing of birth date, contact points, guardians and children is the same. Names that are
-- alike need a value there that is another one. With an equal first name it is a guardian, or a value of a teacher who leaves
-- all schools. If names are not alike, an equal birth date does not suffice beside other contact points or guardians. Nor does
-- an equal contact point for a student who gets other guardians, or for a teacher who gets a child. An account that loses a
-- child is another person's.
-- So is an account that gets the full name which another one loses, such as that of a twin.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned_steps.renamed_people, planned_steps.taken_names, planned.guardianship_changes, platform_contact_points,
-- platform_guardianships, provisioned.contact_points, provisioned.guardianships. Outputs: planned_steps.reused_people.

insert into planned_steps.reused_people
with traits as (
    select
        renamed.account_id,
        'contact' as trait,
        contact."value" as known_value
    from platform_contact_points as contact
    inner join planned_steps.renamed_people as renamed on contact.account_id = renamed.account_id
    where contact.removed_at is null or renamed.was_removed
    union all
    select
        renamed.account_id,
        'guardian',
        guardianship.guardian_account_id
    from platform_guardianships as guardianship
    inner join planned_steps.renamed_people as renamed on guardianship.student_account_id = renamed.account_id
    where guardianship.removed_at is null or renamed.was_removed
    union all
    select
        renamed.account_id,
        'child',
        guardianship.student_account_id
    from platform_guardianships as guardianship
    inner join planned_steps.renamed_people as renamed on guardianship.guardian_account_id = renamed.account_id
    where guardianship.removed_at is null or renamed.was_removed
    union all
    select
        account_id,
        'dob',
        old_dob
    from planned_steps.renamed_people
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
        guardian_account_id,
        'child',
        student_account_id
    from provisioned.guardianships
    union all
    select
        account_id,
        'dob',
        new_dob
    from planned_steps.renamed_people
),

compared as (
    select
        renamed.account_id,
        count(*) filter (where before.known_value = after.known_value) as same,
        count(*) filter (where before.known_value = after.known_value and before.trait != 'contact') as same_beside_contact,
        count(*) filter (where before.known_value = after.known_value and before.trait != 'dob') as same_beside_dob,
        count(*) filter (where before.known_value != after.known_value) as other,
        count(*) filter (where before.known_value != after.known_value and before.trait = 'guardian') as other_guardians
    from planned_steps.renamed_people as renamed
    inner join traits as before on renamed.account_id = before.account_id
    inner join new_traits as after on renamed.account_id = after.account_id and before.trait = after.trait
    group by renamed.account_id
),

changed_children as (
    select
        guardian_account_id,
        bool_or("action" = 'remove') as loses_child
    from planned.guardianship_changes
    where "action" in ('create', 'revive', 'remove')
    group by guardian_account_id
)

select
    renamed.account_id,
    renamed.record_type,
    renamed.record_id
from planned_steps.renamed_people as renamed
left join compared on renamed.account_id = compared.account_id
left join changed_children as child on renamed.account_id = child.guardian_account_id
where
    renamed.account_id in (select taken.account_id from planned_steps.taken_names as taken)
    or if(
        renamed.is_like,
        compared.same = 0
        and if(
            renamed.keeps_first_name and not renamed.leaves_all_schools, compared.other_guardians, compared.other
        ) > 0,
        coalesce(compared.same, 0) = 0
        or (compared.same_beside_dob = 0 and compared.other > 0)
        or child.loses_child
        or (compared.same_beside_contact = 0 and (compared.other_guardians > 0 or child.guardian_account_id is not null))
    );
