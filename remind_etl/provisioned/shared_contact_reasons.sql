-- Emails and phones that nobody gets, because people of many names share them. The problem stands at the first row alone.
-- Grain: one row a row of a person and column. Key: file, line, column.
-- Inputs: provisioned.sent_contacts, provisioned.placeholders. Outputs: reasons.

insert into reasons by name
select
    'provisioned/accounts' as found_by,
    if(sent."file" = 'teachers.csv', 'teacher', 'student') as kind,
    sent.id,
    'shared_contact' as reason_code,
    sent."file",
    sent.line,
    sent."column",
    placeholder.people as "count"
from provisioned.sent_contacts as sent
inner join provisioned.placeholders as placeholder on sent."value" = placeholder."value";
