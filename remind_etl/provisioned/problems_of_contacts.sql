-- The problem of a person whose email or phone another account has, and the cell of it.
-- Grain: one row a role and kind of contact point. Key: role, kind.
-- Inputs: none. Outputs: provisioned_steps.problems_of_contacts.

create or replace view provisioned_steps.problems_of_contacts as
select
    "role",
    kind,
    case
        when kind = 'phone' then 'phone_taken'
        when "role" = 'teacher' then 'email_taken'
        when "role" = 'guardian' then 'guardian_email_taken'
        else 'student_email_taken'
    end as code,
    if("role" = 'teacher', 'teachers.csv', 'students.csv') as "file",
    if("role" = 'teacher' and kind = 'phone', 'teacher_mobile_phone', concat_ws('_', "role", kind)) as "column"
from (select unnest(['teacher', 'guardian', 'student']) as "role") as roles
cross join (select unnest(['email', 'phone']) as kind) as kinds;
