-- The rows of teachers.csv with what their cells mean. A row whose school was left out waits: it has no error of its own.
-- Grain: one row a line. Key: line.
-- Inputs: valid_steps.teachers_sent, valid_steps.teachers_shared_ids, valid_steps.places, valid_steps.teachers_phones,
-- valid_steps.teachers_odd_emails. Outputs: valid_steps.teachers_typed.

create or replace table valid_steps.teachers_typed as
select
    sent.*,
    if(odd_email."value" is null, lower(sent.teacher_email), odd_email.address) as teacher_email_read,
    phone.e164 as teacher_mobile_phone_read,
    phone.is_shortened as teacher_mobile_phone_is_shortened,
    phone.is_toll_free as teacher_mobile_phone_is_toll_free,
    shared_id.lines as lines_of_two_people,
    valid.is_read('schools.csv') and sent.school_id is not null and place.id is null as is_school_unknown,
    valid.is_read('schools.csv') and place.is_taken is not true as waits,
    hash(${columns}) as cells
from valid_steps.teachers_sent as sent
left join valid_steps.teachers_shared_ids as shared_id on sent.teacher_id = shared_id.id
left join valid_steps.places as place on sent.school_id = place.id
left join valid_steps.teachers_odd_emails as odd_email on sent.teacher_email = odd_email."value"
left join valid_steps.teachers_phones as phone on sent.teacher_mobile_phone = phone."value";
