-- The words of each name in their common spelling. `St` after a name is a street, unless another name follows.
-- Grain: one row a word of a name. Key: side, id, position.
-- Inputs: mapped_steps.school_names, mapped_steps.spellings, mapped_steps.street_spellings, mapped_steps.common_words.
-- Outputs: mapped_steps.spelled_words.

create or replace table mapped_steps.spelled_words as
with words_as_sent as (
    select
        side,
        id,
        unnest(mapped_steps.school_words("name")) as spelling,
        generate_subscripts(mapped_steps.school_words("name"), 1) as "position"
    from mapped_steps.school_names
),

words_by_spelling as (
    select
        sent_word.*,
        coalesce(known_spelling.word, mapped_steps.bare_number(sent_word.spelling)) as word
    from words_as_sent as sent_word
    left join mapped_steps.spellings as known_spelling on sent_word.spelling = known_spelling.spelling
    where sent_word.spelling != ''
),

words_with_next as (
    select
        *,
        lag(word) over (partition by side, id order by "position") is null as is_first,
        lead(word) over (partition by side, id order by "position") as next_word
    from words_by_spelling
)

select
    here.side,
    here.id,
    here."position",
    case
        when not here.is_first and (here.next_word is null or next_common.word is not null)
            then coalesce(street.word, here.word)
        else here.word
    end as word
from words_with_next as here
left join mapped_steps.street_spellings as street on here.spelling = street.spelling
left join mapped_steps.common_words as next_common on here.next_word = next_common.word;
