-- The dates of birth of students.csv. If one of them has the day before the month, a date that may be read in both ways
-- has no meaning.
-- Grain: one row a text. Key: value. Inputs: sent, landed.drops. Outputs: birthdays.

create or replace temp table birthdays as
with texts as (
    select distinct dob as "value"
    from sent
    where dob is not null
),

doubts as (
    select
        "value",
        is_either_first("value") and bool_or(is_day_first("value")) over () as is_ambiguous
    from texts
)

select
    "value",
    is_ambiguous,
    case when not is_ambiguous then birthday("value", landed_on()) end as born_on
from doubts;
