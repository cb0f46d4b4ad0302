-- Phones of any other shape, for the library.
-- Grain: one row a text. Key: value. Inputs: valid_steps.${table}_phones_sent, valid_steps.${table}_phones. Outputs: none.
-- noqa: disable=RF06
select sent."value"
from valid_steps.${table}_phones_sent as sent
anti join valid_steps.${table}_phones as judged on sent."value" = judged."value"
order by sent."value";
