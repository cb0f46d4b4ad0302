-- By which texts a person is found who stands in the files only, in the order in which a search reads few of them.
-- A row that could not be read has a term for each word and each number that is long enough for a phone.
-- Grain: one row a text. Key: none. Inputs: trace_sent_people, raw.rejects; the macro search_form.
-- Outputs: trace_sent_terms.

create or replace temp view trace_sent_terms as
with named as (
    select
        *,
        string_split(search_form(concat_ws(' ', first_name, last_name)), ' ') as words,
        unnest(range(1, len(words) + 1)) as word
    from trace_sent_people
    where coalesce(first_name, last_name) is not null
),

unread as (
    select
        'line' as "role",
        "file",
        line,
        list_filter(cells, lambda cell: cell is not null and length(cell) <= 200) as sent_cells,
        string_split(search_form(array_to_string(sent_cells, ' ')), ' ') as words
    from raw.rejects
    where "file" in ('students.csv', 'teachers.csv')
),

unread_cells as (
    select
        "role",
        "file",
        line,
        unnest(sent_cells) as cell
    from unread
),

unread_words as (
    select
        *,
        unnest(range(1, len(words) + 1)) as word
    from unread
),

terms as (
    select
        'person' as kind,
        array_to_string(list_concat(words[word:], words[:word - 1]), ' ') as term,
        * exclude (words, word)
    from named
    union all by name
    select
        'email' as kind,
        email_form as term,
        *
    from trace_sent_people
    where email_form is not null
    union all by name
    select
        'phone' as kind,
        reverse(digits) as term,
        *
    from trace_sent_people
    where length(digits) >= 7
    union all by name
    select
        'person' as kind,
        -- No name has more words than these.
        array_to_string(words[word:word + 5], ' ') as term,
        "role",
        "file",
        line
    from unread_words
    union all by name
    select
        'email' as kind,
        lower(trim(cell)) as term,
        "role",
        "file",
        line
    from unread_cells
    where contains(cell, '@')
    union all by name
    select
        'phone' as kind,
        reverse(regexp_replace(cell, '[^0-9]', '', 'g')) as term,
        "role",
        "file",
        line
    from unread_cells
    where length(regexp_replace(cell, '[^0-9]', '', 'g')) >= 7
)

select
    kind,
    term,
    "role",
    person_id,
    first_name,
    last_name,
    coalesce(email, phone) as contact,
    "file",
    line
from terms
where term != ''
order by right(kind, 1) || term;
