-- The dates of birth of students.csv. A date that may be read in both ways has no meaning, unless most of the other dates
-- have the month before the day. So one mistyped date does not make a whole column unreadable.
-- Grain: one row a text. Key: value. Inputs: valid_steps.students_sent.
-- Outputs: valid_steps.birthdays.

create or replace table valid_steps.birthdays as
with texts as (
    select distinct dob as "value"
    from valid_steps.students_sent
    where dob is not null
),

counted as (
    select
        count(*) filter (where valid.is_day_first("value")) as day_firsts,
        count(*) filter (where valid.is_month_first("value")) as month_firsts
    from texts
),

doubts as (
    select
        text."value",
        valid.is_either_first(text."value")
        and counted.day_firsts > 0
        and counted.day_firsts >= counted.month_firsts as is_ambiguous
    from texts as text
    cross join counted
)

select
    "value",
    is_ambiguous,
    case when not is_ambiguous then valid.birthday("value", valid.landed_on()) end as born_on
from doubts;
