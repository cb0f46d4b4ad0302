-- How names of people are compared.
-- Grain: no table, macros only. Inputs: none. Outputs: none.

-- A name without case, accents and doubled blanks. Curly apostrophes are straight here, and hyphens are blanks.
-- Few names have any of them, and looking for them is cheaper than replacing them.
create macro valid.plain_spelling(sent) as
if(
    regexp_matches(sent, '\s{2}|[^\S ]|[-‐‑‒–—’‘ʼ`´]'),
    regexp_replace(translate(sent, '’‘ʼ`´-‐‑‒–—', '''''''''''      '), '\s+', ' ', 'g'),
    sent
);

create macro valid.name_key(sent) as trim(strip_accents(lower(valid.plain_spelling(sent))));

-- True if a word of a name tells people apart. Particles such as "van" and "de la" do not.
create macro valid.is_telling_word(word) as
length(word) > 2 and word not in ('van', 'von', 'der', 'den', 'del', 'los', 'las', 'dos', 'bin', 'ibn', 'abu', 'san');

create macro valid.name_words(sent) as
list_filter(string_split(replace(valid.name_key(sent), '.', ''), ' '), lambda word: valid.is_telling_word(word));

-- True if two names are equal without blanks, or have a word in common.
create macro valid.shares_name(one, other) as
replace(valid.name_key(one), ' ', '') = replace(valid.name_key(other), ' ', '')
or list_has_any(valid.name_words(one), valid.name_words(other));

-- The first name that a common nickname stands for.
create macro valid.formal_name(sent) as
coalesce(
    map {
        'abby': 'abigail', 'al': 'albert', 'alex': 'alexander', 'andy': 'andrew', 'barb': 'barbara', 'becky': 'rebecca',
        'ben': 'benjamin', 'beth': 'elizabeth', 'betty': 'elizabeth', 'bill': 'william', 'billy': 'william', 'bob': 'robert',
        'bobby': 'robert', 'charlie': 'charles', 'chris': 'christopher', 'chuck': 'charles', 'cindy': 'cynthia',
        'dan': 'daniel', 'dave': 'david', 'debbie': 'deborah', 'dick': 'richard', 'don': 'donald', 'ed': 'edward',
        'eddie': 'edward', 'fred': 'frederick', 'greg': 'gregory', 'hank': 'henry', 'jack': 'john', 'jenny': 'jennifer',
        'jim': 'james', 'jimmy': 'james', 'joe': 'joseph', 'johnny': 'john', 'jon': 'jonathan', 'kate': 'katherine',
        'kathy': 'katherine', 'katie': 'katherine', 'ken': 'kenneth', 'larry': 'lawrence', 'liz': 'elizabeth',
        'maggie': 'margaret', 'matt': 'matthew', 'meg': 'margaret', 'mike': 'michael', 'nick': 'nicholas', 'pat': 'patricia',
        'patty': 'patricia', 'peggy': 'margaret', 'pete': 'peter', 'ray': 'raymond', 'rick': 'richard', 'rob': 'robert',
        'ron': 'ronald', 'sam': 'samuel', 'steve': 'stephen', 'sue': 'susan', 'ted': 'edward', 'tim': 'timothy',
        'tom': 'thomas', 'tony': 'anthony', 'vicky': 'victoria', 'will': 'william'
    }[valid.name_key(sent)],
    valid.name_key(sent)
);

-- True if two first names are of one person: equal, a word in common, a nickname, or the beginning of the other.
create macro valid.shares_first_name(one, other) as
valid.shares_name(one, other)
or valid.formal_name(one) = valid.formal_name(other)
or least(length(valid.name_key(one)), length(valid.name_key(other))) > 2
and (
    starts_with(valid.name_key(one), valid.name_key(other)) or starts_with(valid.name_key(other), valid.name_key(one))
);

-- True if two spellings are close, as with a typing mistake.
create macro valid.is_close_spelling(one, other) as
jaro_winkler_similarity(valid.name_key(one), valid.name_key(other)) >= 0.85;

-- True if two full names may be of one person: the first or the last name agrees, they are swapped, or both are nearly
-- equal. A missing name says nothing.
create macro valid.is_like(first_name, last_name, other_first_name, other_last_name) as
coalesce(
    valid.shares_first_name(first_name, other_first_name)
    or valid.shares_name(last_name, other_last_name)
    or (valid.shares_name(first_name, other_last_name) and valid.shares_name(last_name, other_first_name))
    or (
        valid.is_close_spelling(first_name, other_first_name) and valid.is_close_spelling(last_name, other_last_name)
    ),
    true
);

-- True if a half of two full names agrees, although it may be spelled in two ways.
create macro valid.agrees_in_first_name(one, other) as
valid.shares_first_name(one, other) or valid.is_close_spelling(one, other);

create macro valid.agrees_in_last_name(one, other) as
valid.shares_name(one, other) or valid.is_close_spelling(one, other);

-- True if two full names are spellings of one: first and last name agree, or they are swapped. A first or last name alone is
-- not enough, because strangers may have it too. Nor is a missing name.
create macro valid.is_one_name(first_name, last_name, other_first_name, other_last_name) as
coalesce(
    (
        valid.agrees_in_first_name(first_name, other_first_name)
        and valid.agrees_in_last_name(last_name, other_last_name)
    )
    or (valid.shares_name(first_name, other_last_name) and valid.shares_name(last_name, other_first_name)),
    false
);
