-- The words of each name in their normal form, with what each counts. Two words that are one stand at the first's place.
-- Grain: one row a word of a name. Key: side, id, position. kind: `name`, `number`, `letter`, `level`, `side` or `other`.
-- Inputs: mapped_steps.spelled_words, mapped_steps.common_words, mapped_steps.word_pairs, mapped_steps.side_letters.
-- Outputs: mapped_steps.name_words.

create or replace table mapped_steps.name_words as
with counted_words as (
    select
        spelled.*,
        lead(spelled.word) over (partition by spelled.side, spelled.id order by spelled."position") as next_word
    from mapped_steps.spelled_words as spelled
    left join mapped_steps.common_words as common on spelled.word = common.word
    where common.weight is distinct from 0
),

words_with_pairs as (
    select
        counted.*,
        pair.word as pair_word,
        lag(pair.word) over (partition by counted.side, counted.id order by counted."position") as pair_word_before
    from counted_words as counted
    left join mapped_steps.word_pairs as pair on counted.word = pair.former and counted.next_word = pair.latter
),

joined_words as (
    select
        side,
        id,
        "position",
        coalesce(pair_word, word) as word
    from words_with_pairs
    where pair_word_before is null
),

words_with_neighbours as (
    select
        *,
        lag(word) over (partition by side, id order by "position") as word_before,
        lead(word) over (partition by side, id order by "position") as word_after
    from joined_words
),

words_with_sides as (
    select
        here.side,
        here.id,
        here."position",
        case
            when here.word_before is null and length(coalesce(here.word_after, '  ')) > 1 then coalesce(letter.word, here.word)
            when here.word_after is null and length(coalesce(here.word_before, '  ')) > 1 then coalesce(letter.word, here.word)
            else here.word
        end as word
    from words_with_neighbours as here
    left join mapped_steps.side_letters as letter on here.word = letter.letter
),

words_without_weight as (
    select spelled.*
    from mapped_steps.spelled_words as spelled
    inner join mapped_steps.common_words as common on spelled.word = common.word
    where common.weight = 0
),

all_words as (
    from words_with_sides
    union all
    from words_without_weight
)

select
    normal.*,
    case
        when regexp_full_match(normal.word, '[0-9]+') then 'number'
        when common.kind is not null then common.kind
        when length(normal.word) = 1 then 'letter'
        else 'name'
    end as kind,
    coalesce(
        common.weight, case when length(normal.word) = 1 and not regexp_full_match(normal.word, '[0-9]') then 0.25 else 1 end
    ) as weight
from all_words as normal
left join mapped_steps.common_words as common on normal.word = common.word;
