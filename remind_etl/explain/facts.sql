-- The table of facts. catalogue/explanations.py has their sentences, whose braces name its columns.
-- Inputs: reasons. Outputs: facts.

-- One row a fact of a subject; reason is why a change waits or a record is protected. Key: none.
create temp table facts as
select
    *,
    null::varchar as fact,
    null::varchar as class_id,
    null::varchar as person_id,
    null::varchar as account_id,
    null::varchar as "role",
    null::varchar as reason
from reasons
where false;
