-- The members of classes, with guardians, who are members through their students.
-- Grain: one row a class, account, role and record. Key: class_id, account_id, role, record_id.
-- Inputs: provisioned.class_memberships, provisioned.class_membership_rows, provisioned.class_rows,
-- provisioned.account_rows, provisioned.guardianship_rows.
-- Outputs: provisioned.class_members.

create or replace view provisioned.class_members as
from provisioned.class_memberships
union all
select
    class.class_id,
    guardian.account_id,
    'guardian',
    student.student_id
from provisioned.class_membership_rows as membership
inner join provisioned.class_rows as class on membership.class_number = class.class_number
inner join provisioned.account_rows as student on membership.person = student.person
inner join provisioned.guardianship_rows as guardianship on membership.person = guardianship.student
inner join provisioned.account_rows as guardian on guardianship.guardian = guardian.person
where membership.is_student;
