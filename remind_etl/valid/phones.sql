-- Phones of plain North American shape, judged by the library's own pattern of valid numbers. If the digits are no valid
-- number, the text has no number: `_first_number` in phones.py takes only whole numbers, and one number's digits hold no other.
-- If $pattern is null, none is taken.
-- Grain: one row a text of that shape. Key: value. Inputs: valid_steps.${table}_phones_sent.
-- Outputs: valid_steps.${table}_phones.
-- noqa: disable=RF06
create or replace table valid_steps.${table}_phones as
with shaped as (
    select
        "value",
        right(regexp_replace("value", '[^0-9]', '', 'g'), 10) as digits
    from valid_steps.${table}_phones_sent
    where
        $pattern is not null
        and regexp_full_match(
            "value", '(\+?1[ .-]?)?(\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-]?)[0-9]{3}[ .-]?[0-9]{4}'
        )
)

select
    "value",
    case when regexp_full_match(digits, $pattern) then '+1' || digits end as e164,
    false as is_shortened,
    regexp_full_match(digits, $toll_free) as is_toll_free
from shaped;
