-- The facts in the order in which they are shown: by record, stage and sentence, then by file and line.
-- Inputs: facts; $sentences, the facts in order of stage and sentence; $shown, how many of like facts.

with placed as (
    select distinct
        *,
        list_position($sentences, fact) as "position",
        starts_with(fact, 'not_in_class_') as is_refused
    from facts
),

-- An enrollment has one reason: the first.
chosen as (
    select *
    from placed
    qualify not is_refused or dense_rank() over (partition by kind, id, is_refused, "file", line order by "position") = 1
)

select
    *,
    row_number()
        over (
            partition by kind, id, fact, "file"
            order by line, class_id, person_id, school_id, account_id, "role", other_id, reason_code, "column"
        )
        as nth,
    count(*) over (partition by kind, id, fact, "file") as total
from chosen
qualify nth <= $shown
order by kind, id, "position", "file", nth;
