-- The teachers and students whose name is another one than before, also where the id was removed meanwhile. A last name alone
-- changes by a marriage, but not with the date of birth, and seldom with all schools of a teacher. A first name alone is another
-- person's if it is neither a nickname nor a like spelling.
-- Grain: one row an account. Key: account_id.
-- Inputs: planned.account_changes, platform_accounts, platform_school_members, provisioned.school_members.
-- Outputs: planned_steps.renamed_people.

create table planned_steps.renamed_people as
with teachers_who_stay as (
    select before.account_id
    from platform_school_members as before
    semi join provisioned.school_members using (account_id, school_id, "role")
    inner join platform_accounts as account on before.account_id = account.account_id
    where before."role" = 'teacher' and (before.removed_at is null or account.removed_at is not null)
)

select
    change.account_id,
    if(before.student_id = change.new_student_id, 'student', 'teacher') as record_type,
    if(before.student_id = change.new_student_id, before.student_id, before.teacher_id) as record_id,
    before.dob as old_dob,
    change.new_dob,
    before.removed_at is not null as was_removed,
    valid.is_like(
        before.first_name, before.last_name, change.new_first_name, change.new_last_name
    ) as is_like,
    provisioned.name_key(before.first_name, null) = provisioned.name_key(change.new_first_name, null) as keeps_first_name,
    record_type = 'teacher' and change.account_id not in (from teachers_who_stay) as leaves_all_schools
from planned.account_changes as change
inner join platform_accounts as before on change.account_id = before.account_id
where
    change."action" in ('update', 'revive')
    and (before.student_id = change.new_student_id or before.teacher_id = change.new_teacher_id)
    and provisioned.name_key(before.first_name, null) != provisioned.name_key(change.new_last_name, null)
    and (
        provisioned.name_key(before.last_name, null) != provisioned.name_key(change.new_last_name, null)
        or not valid.agrees_in_first_name(before.first_name, change.new_first_name)
    )
    and (not keeps_first_name or before.dob != change.new_dob or leaves_all_schools);
