-- Phones of any other shape, for the library.
-- grain: a phone text   key: value   inputs: valid.phones_sent, valid.phones
-- noqa: disable=RF06
select sent."value"
from valid.phones_sent as sent
anti join valid.phones as judged on sent."value" = judged."value"
order by sent."value";
