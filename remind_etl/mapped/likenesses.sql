-- How much of their words two schools share (0 to 1), if they have a name or number in common. Schools of different levels,
-- sides or numbers are not alike, however similar their names are.
-- Grain: one row a school of the files and a school of the platform. Key: school_id, platform_school_id.
-- Inputs: mapped_steps.name_words, mapped_steps.like_words, mapped_steps.normal_names. Outputs: mapped_steps.likenesses.

create or replace table mapped_steps.likenesses as
with schools_with_like_words as (
    select distinct
        file_word.id as school_id,
        platform_word.id as platform_school_id
    from mapped_steps.name_words as file_word
    inner join mapped_steps.like_words as alike on file_word.word = alike.word
    inner join mapped_steps.name_words as platform_word on alike.other = platform_word.word
    where
        file_word.side = 'files'
        and platform_word.side = 'platform'
        and (file_word.kind in ('name', 'number') or platform_word.kind in ('name', 'number'))
),

schools_of_one_sort as (
    select candidate.*
    from schools_with_like_words as candidate
    inner join mapped_steps.normal_names as file_name on file_name.side = 'files' and candidate.school_id = file_name.id
    inner join mapped_steps.normal_names as platform_name
        on platform_name.side = 'platform' and candidate.platform_school_id = platform_name.id
    where
        file_name.sides = platform_name.sides
        and (file_name.levels = platform_name.levels or [] in (file_name.levels, platform_name.levels))
        and (file_name.numbers = platform_name.numbers or [] in (file_name.numbers, platform_name.numbers))
),

words_once as (
    select distinct
        side,
        id,
        word,
        weight
    from mapped_steps.name_words
),

matching_words as (
    select
        possible.school_id,
        possible.platform_school_id,
        alike.word,
        alike.other,
        alike.likeness,
        file_word_once.weight,
        platform_word_once.weight as other_weight
    from schools_of_one_sort as possible
    inner join words_once as file_word_once on file_word_once.side = 'files' and possible.school_id = file_word_once.id
    inner join mapped_steps.like_words as alike on file_word_once.word = alike.word
    inner join words_once as platform_word_once
        on
            platform_word_once.side = 'platform'
            and possible.platform_school_id = platform_word_once.id
            and alike.other = platform_word_once.word
),

weights_of_matching_words as (
    select
        school_id,
        platform_school_id,
        max(likeness * weight) as weight
    from matching_words
    group by school_id, platform_school_id, word
    union all
    select
        school_id,
        platform_school_id,
        max(likeness * other_weight)
    from matching_words
    group by school_id, platform_school_id, other
),

shared_weights as (
    select
        school_id,
        platform_school_id,
        sum(weight) as weight
    from weights_of_matching_words
    group by school_id, platform_school_id
),

whole_weights as (
    select
        side,
        id,
        sum(weight) as weight
    from words_once
    group by side, id
)

select
    shared.school_id,
    shared.platform_school_id,
    round(shared.weight / (file_whole.weight + platform_whole.weight), 3) as likeness
from shared_weights as shared
inner join whole_weights as file_whole on file_whole.side = 'files' and shared.school_id = file_whole.id
inner join whole_weights as platform_whole
    on platform_whole.side = 'platform' and shared.platform_school_id = platform_whole.id
where round(shared.weight / (file_whole.weight + platform_whole.weight), 3) > 0.76;
