-- What the form of a value says about what made it.
-- Grain: no table, macros only. Inputs: none. Outputs: none.

-- True where a value stands in curly quotes; comparing costs less than a pattern.
create macro valid.is_curly(val) as
val >= '‘' and val < '†' and length(val) > 1 and right(val, 1) in ('“', '”', '„', '‘', '’');

-- The mark is an apostrophe that keeps a spreadsheet program from reading a formula (files/spreadsheet.py).
-- A pattern would take longer to plan than all else of it: macros like this one are used for each column.
create macro valid.has_mark(val) as
starts_with(val, '''') and length(val) > 1 and contains(e'=+@\t\r\n＝＋－＠-', substr(val, 2, 1));

create macro valid.without_mark(val) as if(valid.has_mark(val), substr(val, 2), val);

-- True where a value is a number as a program writes it that has no room for all digits: a spreadsheet 1.2E+11, Java 1.2E11,
-- R and pandas 1.2e+11. A number without decimals and plus, such as 3E2, may be an id.
create macro valid.is_rounded(val) as
contains(lower(val), 'e') and regexp_full_match(val, '[0-9]([.,][0-9]+[Ee][+-]?|[Ee][+])[0-9]{1,3}');

-- True where a program writes a word in the place of no value. Null and Nan with one capital may be names.
create macro valid.is_null_word(val) as
val in ('NULL', 'null', '(null)', '(NULL)', 'None', 'none', 'NONE', 'nan', 'NaN', 'NAN', 'N/A', 'n/a', '<NA>', '-', '--');

-- True where a value is missing: a spreadsheet's error or sign of no room, or a program's word.
create macro valid.is_error_value(val) as
val in ('#N/A', '#REF!', '#NAME?', '#VALUE!', '#DIV/0!', '#NULL!', '#NUM!')
or (starts_with(val, '##') and replace(val, '#', '') = '')
or valid.is_null_word(val);

-- The id, if a spreadsheet's error does not stand for it.
create macro valid.id(val) as case when not valid.is_error_value(val) then val end;

-- True where a delimiter of another kind may cut a cell, as in `S1/C1/P1`. A date or a phone is no row.
create macro valid.may_be_cut(cell) as
regexp_matches(cell, '[/_:^~¦§\\*#&+!<>(){}\[\]-]')
and not regexp_full_match(trim(cell), '[0-9]{1,4}([/-][0-9]{1,4}){2}|[+(]?[0-9][0-9 ().+-]{6,}');

-- What may be an id in the cells of a row, however the row is cut: the cells, what stands between delimiters and quotes in
-- them, what stands between blanks besides, and what stands between delimiters of other kinds. An id may have such a sign
-- itself, so the commonest of them also cut alone. It is never blank.
create macro valid.tokens(cells) as list_distinct(list_filter(list_transform(
    cells
    || flatten(list_transform(cells, lambda cell: regexp_split_to_array(cell, '[,;|\t\r\n"“”„‘’''=]')))
    || flatten(list_transform(cells, lambda cell: regexp_split_to_array(cell, '[,;|"“”„‘’''=\s\pZ\p{Cf}]')))
    || flatten(list_transform(cells, lambda cell: if(
        valid.may_be_cut(cell),
        regexp_split_to_array(cell, '[/_:^~¦§\\*#&+!<>(){}\[\]-]+') || string_split(cell, '/') || string_split(cell, '_'),
        []
    ))),
    lambda token: trim(token, e' \t\r\n' || chr(160))
), lambda token: token != ''));

-- True where a cell says that its row sums others up.
create macro valid.is_total(val) as regexp_full_match(val, '(?i)(grand |sub-?)?(totals?|count)\b.*');

-- True where a cell is what a database client writes beside a table: lines of dashes, numbers of rows, times.
create macro valid.is_footer(val) as
regexp_full_match(trim(val), '(?i)\(?[0-9,]+ (row|record)\(?s?\)?( (affected|selected|returned|exported).*)?\)?\.?|-{3,}')
or regexp_full_match(trim(val), '(?i)\(?(rows?|records?)( \w+)?: ?[0-9,]+\)?')
or regexp_full_match(trim(val), '(?i)(completion|query|execution) time:?.*|end of (report|file|data).*');

-- True where a phone is one digit again and again, or counts up: nobody has it.
create macro valid.is_made_up_phone(val) as
length(regexp_replace(val, '[^0-9]', '', 'g')) between 7 and 11
and (
    replace(regexp_replace(val, '[^0-9]', '', 'g'), right(val, 1), '') = ''
    or regexp_replace(val, '[^0-9]', '', 'g') in ('1234567', '1234567890', '0123456789')
);
