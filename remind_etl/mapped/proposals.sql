-- Which school of the platform a school of the files might be. Inputs: valid.schools; platform_schools
-- (platform_school_id, name) and school_links (school_id, platform_school_id, …) as people decided them; normal_names and
-- name_words of names.sql.

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

-- The words of a name as they are written.
create or replace temp macro written_words(name) as
list_filter(string_split_regex(name, '[^\pL\pN''’&.]+'), lambda w: school_key(w) != '');

-- Those words whose keys are not among the others.
create or replace temp macro words_apart(written, keys) as
array_to_string(list_filter(written, lambda w: not list_contains(keys, school_key(w))), ' ');

-- One row two schools that might be one, with a score (0 to 1), the reason, and the school that feeds the platform's by
-- a person's word, if one does: an equal id before an equal name, before a name that differs only in how schools are
-- called, before a similar name. No school about which a person decided is here. Key: school_id, platform_school_id.
create or replace temp table possible_links as
with written as (
    select
        side,
        id,
        written_words("name") as words
    from normal_names
),

scored as (
    select
        s.school_id,
        p.platform_school_id,
        1.0 as score
    from valid.schools as s
    inner join platform_schools as p on s.school_id = p.platform_school_id
    union all
    select
        f.id as school_id,
        p.id as platform_school_id,
        0.99
    from normal_names as f
    inner join normal_names as p on f."key" = p."key"
    where f.side = 'files' and p.side = 'platform' and f."key" != ''
    union all
    select
        f.id as school_id,
        p.id as platform_school_id,
        0.95
    from normal_names as f
    inner join normal_names as p on f.normal_form = p.normal_form
    where f.side = 'files' and p.side = 'platform' and f.normal_form != ''
    union all
    select
        school_id,
        platform_school_id,
        round(0.94 * likeness, 3)
    from likenesses
),

best as (
    select
        s.school_id,
        s.platform_school_id,
        max(s.score) as score,
        min(t.school_id) as fed_by
    from scored as s
    anti join school_links as l on s.school_id = l.school_id
    left join school_links as t on s.platform_school_id = t.platform_school_id
    group by s.school_id, s.platform_school_id
),

-- What the names of two schools differ in, such as "Elem / Elementary"; empty if it is in how they are written.
differing as (
    select
        b.*,
        words_apart(f.words, list_transform(p.words, lambda w: school_key(w))) as only_here,
        words_apart(p.words, list_transform(f.words, lambda w: school_key(w))) as only_there
    from best as b
    inner join written as f on f.side = 'files' and b.school_id = f.id
    inner join written as p on p.side = 'platform' and b.platform_school_id = p.id
)

select
    school_id,
    platform_school_id,
    score,
    case score
        when 1 then 'same id'
        when 0.99 then 'same name'
        else
            case score when 0.95 then 'same' else 'similar' end || ' name but for '
            || case
                when only_here || only_there = '' then 'how it is written'
                else array_to_string(list_filter([only_here, only_there], lambda words: words != ''), ' / ')
            end
    end as reason,
    fed_by
from differing;

-- One row a proposal: the best for both schools, and alone in that. A school of the platform that another feeds is not
-- proposed. Key: school_id; platform_school_id.
create or replace temp table proposals as
with ranked as (
    select
        *,
        rank() over (partition by school_id order by score desc) as of_school,
        count(*) over (partition by school_id, score) as ties_of_school,
        rank() over (partition by platform_school_id order by score desc) as of_platform,
        count(*) over (partition by platform_school_id, score) as ties_of_platform
    from possible_links
    where fed_by is null
)

select
    school_id,
    platform_school_id,
    score,
    reason
from ranked
where of_school = 1 and of_platform = 1 and ties_of_school = 1 and ties_of_platform = 1;

-- One row a school whose name or id is that of a platform school that another feeds: a new school_id for the same school?
-- Key: school_id.
create or replace temp table fed_by_others as
select
    school_id,
    arg_min(reason, { 'worst': -score, 'id': platform_school_id })
    || ' as ' || arg_min(platform_school_id, { 'worst': -score, 'id': platform_school_id })
    || ', which ' || arg_min(fed_by, { 'worst': -score, 'id': platform_school_id }) || ' feeds' as reason
from possible_links
where fed_by is not null and score >= 0.95
group by school_id;
