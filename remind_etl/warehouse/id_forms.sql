-- In which forms two spellings of one id are equal, and what makes the difference.
-- Grain: no table, macros only. Inputs: none. Outputs: none.

-- What of an id cannot be lost or added by a spreadsheet, a word processor or a form: no quotes, no blanks, no zeros in
-- front, no decimals, no case, no accents.
create macro valid.bare(id) as
regexp_replace(regexp_replace(lower(strip_accents(id)), '[\s\pZ\p{Cf}“”„‘’''"=]', '', 'g'), '^0+|\.0+$', '', 'g');

create macro valid.seen(id) as regexp_replace(id, '[\s\pZ\p{Cf}]', '', 'g');

-- The remedy for two ids that differ though they are bare the same.
create macro valid.difference(one, other) as case
    when trim(one, '“”„‘’') = trim(other, '“”„‘’') then 'curly_quotes'
    when trim(one, '''"=') = trim(other, '''"=') then if('="' in (left(one, 2), left(other, 2)), 'formula', 'quotes')
    when lower(one) = lower(other) then 'capitals'
    when lower(strip_accents(one)) = lower(strip_accents(other)) then 'accents'
    when valid.seen(one) = valid.seen(other) then 'unseen'
    when ltrim(one, '0') = ltrim(other, '0') then 'lost_zeros'
    when regexp_replace(ltrim(one, '0'), '\.0+$', '') = regexp_replace(ltrim(other, '0'), '\.0+$', '') then 'decimals'
end;

-- The two numbers of an id such as 3-4, smaller first. A spreadsheet makes a date of it.
create macro valid.numbers_of_id(id) as
if(regexp_full_match(id, '[0-9]{1,2}[-/][0-9]{1,2}'), list_sort(regexp_extract_all(id, '[0-9]+')::int[]), null);

-- The two numbers, smaller first, of which a spreadsheet may have made a date such as 4-Mar, Mar-45, 3/4/2026 or 2026-03-04.
create macro valid.numbers_of_date(id) as
case
    when regexp_full_match(id, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}') then valid.numbers_of_id(left(id, length(id) - 5))
    when regexp_full_match(id, '[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00:00)?') then valid.numbers_of_id(substr(id, 6, 5))
    when regexp_full_match(id, '(?i)[0-9]{1,2}-[a-z]{3}|[a-z]{3}-[0-9]{2}')
        then list_sort([
            regexp_extract(id, '[0-9]+')::int,
            list_position(
                ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
                lower(regexp_extract(id, '[A-Za-z]+'))
            )
        ])
end;

-- The pattern of what a program makes of a letter beyond ASCII that it cannot read: the signs of its bytes in UTF-8 read as
-- Windows-1252, or a question mark.
create macro valid.damaged_letter() as '[Â-ô][\x{80}-\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1,3}|[?\x{FFFD}]';

create macro valid.has_damaged_letters(id) as regexp_matches(id, valid.damaged_letter());

-- An id with * in place of each damaged letter, and of each letter beyond ASCII.
create macro valid.with_damaged_letters(id) as
regexp_replace(
    lower(regexp_replace(nfc_normalize(id), valid.damaged_letter(), '*', 'g')), '[^ -~]', '*', 'g'
);

-- The forms in which two spellings of one id are equal. A program has damaged one of them and not the other: `is_damaged` must
-- differ. It is null if that does not matter.
create macro valid.forms_of_id(id) as list_filter(
    [
        { 'form': 'bare ' || nullif(valid.bare(id), ''), 'is_damaged': null::boolean },
        {
            'form': case
                when valid.has_damaged_letters(id) or not regexp_full_match(id, '[ -~]*')
                    then 'letters ' || valid.with_damaged_letters(id)
            end,
            'is_damaged': valid.has_damaged_letters(id)
        },
        { 'form': 'numbers ' || valid.numbers_of_id(id)::text, 'is_damaged': false },
        { 'form': 'numbers ' || valid.numbers_of_date(id)::text, 'is_damaged': true }
    ],
    lambda spelling: spelling.form is not null
);
