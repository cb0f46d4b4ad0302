-- The delivered emails of teachers whose email cannot be read today. Only a blank cell takes an email away. The name of the
-- row must be like the delivered one: else the row may be of another person.
-- Grain: one row a teacher. Key: teacher_id.
-- Inputs: valid.unreadable_values, provisioned.teacher_rows, platform_accounts. Outputs: provisioned.kept_emails.

create or replace table provisioned.kept_emails as
select distinct
    teacher.teacher_id,
    account.email
from valid.unreadable_values as cell
inner join provisioned.teacher_rows as teacher on cell.line = teacher.line and cell.teacher_id = teacher.teacher_id
inner join platform_accounts as account on teacher.teacher_id = account.teacher_id
where
    cell.kind = 'email'
    and account.email is not null
    and account.removed_at is null
    and valid.is_like(teacher.first_name, teacher.last_name, account.first_name, account.last_name);
