-- How much the names of two schools are alike. Inputs: normal_names and name_words of names.sql.

-- One row two words that one typo keeps apart, and each word with itself. Key: word, other.
create or replace temp table like_words as
with of_files as (
    select distinct
        word,
        kind
    from name_words
    where side = 'files'
),

of_platform as (
    select distinct
        word,
        kind
    from name_words
    where side = 'platform'
)

select
    f.word,
    p.word as other,
    jaro_winkler_similarity(f.word, p.word) as likeness
from of_files as f
inner join of_platform as p on left(f.word, 1) = left(p.word, 1)
where
    length(f.word) >= 4
    and length(p.word) >= 4
    and abs(length(f.word) - length(p.word)) <= 2
    and 'name' in (f.kind, p.kind)
    and jaro_winkler_similarity(f.word, p.word) >= 0.92
union
select
    f.word,
    p.word as other,
    1.0 as likeness
from of_files as f
inner join of_platform as p on f.word = p.word;

-- One row two schools that have a name or number in common, with how much of their words they share (0 to 1). Schools of
-- another level, side or number are not alike, however like their names. Key: school_id, platform_school_id.
create or replace temp table likenesses as
with candidates as (
    select distinct
        f.id as school_id,
        p.id as platform_school_id
    from name_words as f
    inner join like_words as l on f.word = l.word
    inner join name_words as p on l.other = p.word
    where f.side = 'files' and p.side = 'platform' and (f.kind in ('name', 'number') or p.kind in ('name', 'number'))
),

possible as (
    select c.*
    from candidates as c
    inner join normal_names as f on f.side = 'files' and c.school_id = f.id
    inner join normal_names as p on p.side = 'platform' and c.platform_school_id = p.id
    where
        f.sides = p.sides
        and (f.levels = p.levels or [] in (f.levels, p.levels))
        and (f.numbers = p.numbers or [] in (f.numbers, p.numbers))
),

once as (
    select distinct
        side,
        id,
        word,
        weight
    from name_words
),

matches as (
    select
        c.school_id,
        c.platform_school_id,
        l.word,
        l.other,
        l.likeness,
        f.weight,
        p.weight as other_weight
    from possible as c
    inner join once as f on f.side = 'files' and c.school_id = f.id
    inner join like_words as l on f.word = l.word
    inner join once as p on p.side = 'platform' and c.platform_school_id = p.id and l.other = p.word
),

shared as (
    select
        school_id,
        platform_school_id,
        sum(weight) as weight
    from (
        select
            school_id,
            platform_school_id,
            max(likeness * weight) as weight
        from matches
        group by school_id, platform_school_id, word
        union all
        select
            school_id,
            platform_school_id,
            max(likeness * other_weight)
        from matches
        group by school_id, platform_school_id, other
    )
    group by school_id, platform_school_id
),

totals as (
    select
        side,
        id,
        sum(weight) as weight
    from once
    group by side, id
)

select
    s.school_id,
    s.platform_school_id,
    round(s.weight / (f.weight + p.weight), 3) as likeness
from shared as s
inner join totals as f on f.side = 'files' and s.school_id = f.id
inner join totals as p on p.side = 'platform' and s.platform_school_id = p.id
where round(s.weight / (f.weight + p.weight), 3) > 0.76;
