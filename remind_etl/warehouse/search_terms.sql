-- By which texts a person or class is found, in the order in which a search reads few of them.
-- Grain: one row a text. Key: none. Inputs: ${tables}accounts, ${tables}contact_points, ${tables}classes; the macro search_form.
-- Outputs: ${target}.

create or replace temp view ${target} as
with people as (
    select
        account_id,
        roles,
        coalesce(teacher_id, student_id) as person_id,
        first_name,
        last_name,
        coalesce(email, phone) as contact,
        string_split(search_form(concat_ws(' ', first_name, last_name)), ' ') as words
    from ${tables}accounts
),

named_people as (
    select
        *,
        unnest(range(1, len(words) + 1)) as word
    from people
),

named_classes as (
    select
        class_id,
        class_name,
        string_split(search_form(class_name), ' ') as words,
        unnest(range(1, len(words) + 1)) as word
    from ${tables}classes
),

-- A name stands once for each of its words: from that word on, then the words before it.
terms as (
    select
        'person' as kind,
        array_to_string(list_concat(words[word:], words[:word - 1]), ' ') as term,
        * exclude (words, word)
    from named_people
    union all by name
    select
        point.kind,
        if(point.kind = 'phone', reverse(ltrim(point."value", '+')), point."value") as term,
        person.* exclude (words)
    from ${tables}contact_points as point
    inner join people as person on point.account_id = person.account_id
    union all by name
    select
        'class' as kind,
        array_to_string(words[word:], ' ') as term,
        * exclude (words, word)
    from named_classes
)

select
    kind,
    term,
    account_id,
    roles,
    person_id,
    first_name,
    last_name,
    contact,
    class_id,
    class_name
from terms
-- One key is sorted in half the time of two. The last letters of the kinds differ.
order by right(kind, 1) || term;
