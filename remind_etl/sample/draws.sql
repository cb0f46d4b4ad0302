-- Chance, the same on every machine: a draw is an md5 of the seed, of what is drawn, and for whom. Makes no table.
-- inputs: words, request
set variable seed = (select seed from request);
set variable untidy = (select untidy from request);
set variable words = (
    select map_from_entries(list({ 'kind': kind, 'words': kind_words }))
    from (
        select
            kind,
            list(name order by name) as kind_words
        from words
        group by kind
    ) as kinds
);

-- A number from 0 to sides - 1.
create macro draw(what, whom, sides) as
('0x' || left(md5(concat_ws(' ', getvariable('seed'), what, whom)), 15))::bigint % sides;

-- The words of a kind, in a circle.
create macro word(kind, step) as getvariable('words')[kind][1 + step % len(getvariable('words')[kind])];

create macro drawn_word(kind, what, whom) as word(kind, draw(what, whom, 1000000));

-- A name as it stands in an email address.
create macro slug(name) as regexp_replace(lower(strip_accents(name)), '[^a-z]', '', 'g');

set variable domain = (
    select
        slug(drawn_word('place', 'district', 0) || drawn_word('landform', 'district', 1))
        || getvariable('seed') || '.example.org'
);

-- Every phone owner has a number: the numbers are given out in steps, and as the count of numbers is a
-- prime just below 10,000 for each of the 359 area codes, no two owners meet.
set variable phone_first = (select draw('first phone', 0, 3589991));
set variable phone_step = (select 1 + draw('phone step', 0, 3589990));

create macro phone_number(owner) as (getvariable('phone_first') + owner * getvariable('phone_step')) % 3589991;

create macro phone(owner) as format(
    drawn_word('phone_spelling', 'phone spelling', owner),
    word('area_code', phone_number(owner) // 10000),
    phone_number(owner) % 10000
);

-- What is wrong with a row of a file, if anything.
create macro flaw(kinds, file_name, row_key) as case
    when getvariable('untidy') > 0 and draw('untidy ' || file_name, row_key, 1000000) < getvariable('untidy')
        then kinds[1 + draw('flaw of ' || file_name, row_key, len(kinds))]
end;

create macro padded(cell) as '  ' || cell || ' ';
