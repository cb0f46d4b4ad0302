-- Which word of the files is like which word of the platform: the same word, or two words that one typo keeps apart.
-- Grain: one row a word of the files and a word of the platform. Key: word, other. likeness: 0 to 1.
-- Inputs: mapped_steps.name_words. Outputs: mapped_steps.like_words.

create or replace table mapped_steps.like_words as
with words_of_files as (
    select distinct
        word,
        kind
    from mapped_steps.name_words
    where side = 'files'
),

words_of_platform as (
    select distinct
        word,
        kind
    from mapped_steps.name_words
    where side = 'platform'
)

select
    of_files.word,
    of_platform.word as other,
    jaro_winkler_similarity(of_files.word, of_platform.word) as likeness
from words_of_files as of_files
inner join words_of_platform as of_platform on left(of_files.word, 1) = left(of_platform.word, 1)
where
    length(of_files.word) >= 4
    and length(of_platform.word) >= 4
    and abs(length(of_files.word) - length(of_platform.word)) <= 2
    and 'name' in (of_files.kind, of_platform.kind)
    and jaro_winkler_similarity(of_files.word, of_platform.word) >= 0.92
union
select
    of_files.word,
    of_platform.word as other,
    1.0 as likeness
from words_of_files as of_files
inner join words_of_platform as of_platform on of_files.word = of_platform.word;
