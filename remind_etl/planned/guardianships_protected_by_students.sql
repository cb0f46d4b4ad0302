-- A guardianship stays if its student is protected, if a row of the student may mean this guardian and gives them no
-- account, or if a remaining row still names this guardian. It also stays if the guardian stays only because a row was left
-- out that names them, and no student of theirs is protected: else they would be the guardian of nobody. It does not stay if
-- the account of the guardian or student is removed. If the id of the student belongs to another person now, it stays only if a
-- row of today names this guardian.
-- Grain: one row a change and reason. Key: none.
-- Inputs: planned.guardianship_changes, planned.account_changes, planned_steps.protected_accounts,
-- planned_steps.named_guardians, planned_steps.meant_guardians, planned_steps.reused_people.
-- Outputs: planned_steps.protected_changes.

insert into planned_steps.protected_changes
with removed_accounts as (
    select account.account_id
    from planned.account_changes as account
    anti join planned_steps.protected_accounts as protected on account.account_id = protected.account_id
    where account."action" = 'remove'
),

removals as (
    select
        *,
        student_account_id in (select reused.account_id from planned_steps.reused_people as reused) as is_of_former_person
    from planned.guardianship_changes
    where
        "action" = 'remove'
        and guardian_account_id not in (select removed.account_id from removed_accounts as removed)
        and student_account_id not in (select removed.account_id from removed_accounts as removed)
),

of_protected_students as (
    select
        removal.change_id,
        removal.guardian_account_id,
        student.reason_code,
        student."file",
        student.line
    from removals as removal
    inner join planned_steps.protected_accounts as student on removal.student_account_id = student.account_id
    where not removal.is_of_former_person
)

select distinct
    change_id,
    'guardianships_protected_by_students' as rule,
    reason_code,
    "file",
    line
from of_protected_students
union all
select
    removal.change_id,
    'guardianships_protected_by_students',
    'student_row_names_guardian_without_account',
    'students.csv',
    meant.line
from removals as removal
inner join planned_steps.meant_guardians as meant
    on removal.guardian_account_id = meant.guardian_account_id and removal.old_student_id = meant.student_id
union all
select
    removal.change_id,
    'guardianships_protected_by_students',
    'student_row_names_guardian',
    'students.csv',
    null
from removals as removal
semi join planned_steps.named_guardians as named
    on removal.guardian_account_id = named.guardian_account_id and removal.old_student_id = named.student_id
union all
select
    removal.change_id,
    'guardianships_protected_by_students',
    guardian.reason_code,
    guardian."file",
    guardian.line
from removals as removal
inner join planned_steps.protected_accounts as guardian
    on
        removal.guardian_account_id = guardian.account_id
        and guardian.rule = 'guardians_protected_by_rejected_rows'
anti join of_protected_students as of_other on removal.guardian_account_id = of_other.guardian_account_id
where not removal.is_of_former_person;
