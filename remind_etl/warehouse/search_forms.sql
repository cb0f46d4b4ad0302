-- The forms in which texts are compared by a search. They are the same when a search is prepared and when a person asks.
-- Grain: no table, macros only. Inputs: none. Outputs: none.

-- A name without case and accents, in which one blank stands for all that is no letter or digit. Few names have signs,
-- and looking for them is cheaper than replacing them.
create or replace temp macro plain_words(sent) as
if(
    regexp_matches(sent, '[^a-z0-9 ]|  |^ | $'),
    trim(regexp_replace(sent, '[^\p{L}\p{M}\p{N}]+', ' ', 'g')),
    sent
);

create or replace temp macro search_form(sent) as plain_words(strip_accents(lower(sent)));

-- An id without case, blanks and leading zeros.
create or replace temp macro id_form(sent) as ltrim(lower(regexp_replace(sent, '[\s\p{Z}]', '', 'g')), '0');
