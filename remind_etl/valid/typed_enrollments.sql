-- The rows of enrollments.csv with their class and person, where these can be used and are of the row's school.
-- Grain: one row a line. Key: line. Inputs: raw.enrollments, valid.classes, valid_steps.enrollment_members.
-- Outputs: valid_steps.enrollments_typed.

create or replace table valid_steps.enrollments_typed as
select
    enrollment.*,
    class.line as class_line,
    member.member,
    member."role"
from raw.enrollments as enrollment
left join valid.classes as class
    on enrollment.class_id = class.class_id and enrollment.school_id = class.school_id
left join valid_steps.enrollment_members as member
    on enrollment.user_id = member.id and enrollment.school_id = member.school_id;
