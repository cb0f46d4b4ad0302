-- The rows of students.csv with what their cells mean. A row whose school was left out waits: it has no error of its own.
-- Grain: one row a line. Key: line.
-- Inputs: valid_steps.students_sent, valid_steps.students_shared_ids, valid_steps.places, valid_steps.birthdays,
-- valid_steps.students_phones, valid_steps.students_odd_emails. Outputs: valid_steps.students_typed.

create or replace table valid_steps.students_typed as
select
    sent.*,
    birthday.born_on as dob_read,
    birthday.is_ambiguous as dob_is_ambiguous,
    valid.grade_level(sent.grade) as grade_read,
    if(own_email."value" is null, lower(sent.student_email), own_email.address) as student_email_read,
    own_phone.e164 as student_phone_read,
    own_phone.is_shortened as student_phone_is_shortened,
    own_phone.is_toll_free as student_phone_is_toll_free,
    if(guardian_email."value" is null, lower(sent.guardian_email), guardian_email.address) as guardian_email_read,
    guardian_phone.e164 as guardian_phone_read,
    guardian_phone.is_shortened as guardian_phone_is_shortened,
    guardian_phone.is_toll_free as guardian_phone_is_toll_free,
    shared_id.lines as lines_of_two_people,
    valid.is_read('schools.csv') and sent.school_id is not null and place.id is null as is_school_unknown,
    valid.is_read('schools.csv') and place.is_taken is not true as waits,
    hash(${columns}) as cells
from valid_steps.students_sent as sent
left join valid_steps.students_shared_ids as shared_id on sent.student_id = shared_id.id
left join valid_steps.places as place on sent.school_id = place.id
left join valid_steps.birthdays as birthday on sent.dob = birthday."value"
left join valid_steps.students_odd_emails as own_email on sent.student_email = own_email."value"
left join valid_steps.students_odd_emails as guardian_email on sent.guardian_email = guardian_email."value"
left join valid_steps.students_phones as own_phone on sent.student_phone = own_phone."value"
left join valid_steps.students_phones as guardian_phone on sent.guardian_phone = guardian_phone."value";
