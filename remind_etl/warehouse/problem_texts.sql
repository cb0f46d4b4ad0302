-- How a problem is told: its text, its place in the catalogue, and the shape of its value.
-- Grain: no table, macros only. Inputs: none. Outputs: none.

-- A text of the catalogue with the names of a file and a column and a detail in the places that it has for them.
create macro valid.filled(template, detail, col, file_name) as
replace(replace(replace(template, '{detail}', detail), '{column}', col), '{file}', file_name);

-- The place of a code in the catalogue: there a cause stands before what follows from it.
create macro valid.place(of_code) as (select kind.place from valid.catalogue as kind where kind.code = of_code);

-- A value without its letters and digits: a letter is A, letters are AAA, a digit is 9, and what cannot be seen is ␣.
create macro valid.masked(val) as
regexp_replace(
    regexp_replace(
        regexp_replace(
            regexp_replace(left(val, 1000), '[\pL\pM]', 'A', 'g'),
            '\pN', '9', 'g'
        ),
        '[^A9 \pP\pS]', '␣', 'g'
    ),
    'A{2,}', 'AAA', 'g'
);

-- What a value looks like, without giving it away: digits are 999 too. So one mistake has one shape, however long the values
-- are.
create macro valid.shape(val) as
regexp_replace(regexp_replace(valid.masked(val), '9{2,}', '999', 'g'), '^(.{39}).{2,}$', '\1…', 's');

-- The shape as people see it, with as many digits as the value has: a phone with a digit too few is 999-999-999.
create macro valid.shown_shape(val) as
case when length(valid.masked(val)) <= 40 then valid.masked(val) else valid.shape(val) end;
