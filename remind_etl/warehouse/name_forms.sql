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

-- The words of a name, given by its key, that tell people apart.
create macro valid.telling_words(name_key) as
list_filter(string_split(replace(name_key, '.', ''), ' '), lambda word: valid.is_telling_word(word));

-- The first name that a common nickname stands for, both as keys.
create macro valid.formal_name(name_key) as
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
    }[name_key],
    name_key
);

-- Of each name of a list, the forms in which it is compared with others. They are made once for all comparisons of a row: to plan
-- them takes longer than to plan the comparisons.
create macro valid.compared_forms(names) as
list_transform(
    list_transform(names, lambda sent: valid.name_key(sent)),
    lambda name_key: {
        'name_key': name_key,
        'joined': replace(name_key, ' ', ''),
        'words': valid.telling_words(name_key),
        'formal': valid.formal_name(name_key)
    }
);

-- True if two names are equal without blanks, or have a word in common. This macro and the next ones take compared forms.
create macro valid.forms_share_a_word(one, other) as
one.joined = other.joined or list_has_any(one.words, other.words);

-- True if two first names are of one person: equal, a word in common, a nickname, or the beginning of the other.
create macro valid.forms_share_first_name(one, other) as
valid.forms_share_a_word(one, other)
or one.formal = other.formal
or least(length(one.name_key), length(other.name_key)) > 2
and (starts_with(one.name_key, other.name_key) or starts_with(other.name_key, one.name_key));

-- True if two spellings are close, as with a typing mistake.
create macro valid.forms_are_close(one, other) as
jaro_winkler_similarity(one.name_key, other.name_key) >= 0.85;

create macro valid.shares_name(one, other) as
list_transform(
    [valid.compared_forms([one, other])],
    lambda forms: valid.forms_share_a_word(forms[1], forms[2])
)[1];

create macro valid.shares_first_name(one, other) as
list_transform(
    [valid.compared_forms([one, other])],
    lambda forms: valid.forms_share_first_name(forms[1], forms[2])
)[1];

-- True if two first names are of one person, although they may be spelled in two ways.
create macro valid.agrees_in_first_name(one, other) as
list_transform(
    [valid.compared_forms([one, other])],
    lambda forms: valid.forms_share_first_name(forms[1], forms[2]) or valid.forms_are_close(forms[1], forms[2])
)[1];

-- True if two full names may be of one person: the first or the last name agrees, they are swapped, or both are nearly
-- equal. A missing name says nothing.
create macro valid.is_like(first_name, last_name, other_first_name, other_last_name) as
list_transform(
    [valid.compared_forms([first_name, last_name, other_first_name, other_last_name])],
    lambda forms: coalesce(
        valid.forms_share_first_name(forms[1], forms[3])
        or valid.forms_share_a_word(forms[2], forms[4])
        or (valid.forms_share_a_word(forms[1], forms[4]) and valid.forms_share_a_word(forms[2], forms[3]))
        or (valid.forms_are_close(forms[1], forms[3]) and valid.forms_are_close(forms[2], forms[4])),
        true
    )
)[1];

-- True if two full names are spellings of one: first and last name agree, or they are swapped. A first or last name alone is
-- not enough, because strangers may have it too. Nor is a missing name.
create macro valid.is_one_name(first_name, last_name, other_first_name, other_last_name) as
list_transform(
    [valid.compared_forms([first_name, last_name, other_first_name, other_last_name])],
    lambda forms: coalesce(
        (
            (valid.forms_share_first_name(forms[1], forms[3]) or valid.forms_are_close(forms[1], forms[3]))
            and (valid.forms_share_a_word(forms[2], forms[4]) or valid.forms_are_close(forms[2], forms[4]))
        )
        or (valid.forms_share_a_word(forms[1], forms[4]) and valid.forms_share_a_word(forms[2], forms[3])),
        false
    )
)[1];
