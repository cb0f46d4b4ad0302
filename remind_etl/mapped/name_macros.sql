-- How the words of a name are told apart.
-- Grain: no table, macros only. Inputs: none. Outputs: none.

-- Letters and digits without case and accents.
create or replace macro mapped_steps.school_key(name) as
trim(regexp_replace(strip_accents(lower(name)), '[^\pL\pN]+', ' ', 'g'));

-- The words of a name. An ampersand is "and", and letters before a full stop are one word. An apostrophe is left out.
-- Letters and the digits after them are two words.
create or replace macro mapped_steps.school_words(name) as
string_split(
    regexp_replace(
        mapped_steps.school_key(
            regexp_replace(
                regexp_replace(replace(name, '&', ' and '), '\b(\pL)\.', '\1', 'g'),
                '[''’ʼ`]', '', 'g'
            )
        ),
        '(\pL)(\pN)', '\1 \2', 'g'
    ),
    ' '
);

-- A number without leading zeros and ordinal ending; any other word as it is.
create or replace macro mapped_steps.bare_number(word) as
regexp_replace(word, '^0*([0-9]+)(st|nd|rd|th)?$', '\1');

-- The words of a name as they are written.
create or replace macro mapped_steps.written_words(name) as
list_filter(string_split_regex(name, '[^\pL\pN''’&.]+'), lambda word: mapped_steps.school_key(word) != '');

-- Those of the written words whose keys are not among the others.
create or replace macro mapped_steps.words_apart(written, keys) as
array_to_string(list_filter(written, lambda word: not list_contains(keys, mapped_steps.school_key(word))), ' ');

-- The first three ids as text.
create or replace macro mapped_steps.first_three(ids) as
array_to_string(ids[:3], ' and ') || if(len(ids) > 3, ' and ' || (len(ids) - 3) || ' more', '');
