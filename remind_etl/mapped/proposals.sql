-- Which school of the platform a school of the files might be. Inputs: valid.schools; platform_schools
-- (platform_school_id, name) and school_links (school_id, platform_school_id, …) as people decided them; normal_names of
-- names.sql; likenesses of likenesses.sql.

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
    inner join normal_names as p
        on replace(f.normal_form, ' ', '') = replace(p.normal_form, ' ', '') and f.numbers = p.numbers
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

-- The words that one of two names has and the other has not; empty if they differ in how they are written.
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
            case score when 0.95 then 'same' else 'similar' end || ' name, '
            || case
                when only_here || only_there = '' then 'written otherwise'
                when only_there = '' then 'with "' || only_here || '"'
                when only_here = '' then 'without "' || only_there || '"'
                else 'with "' || only_here || '" for "' || only_there || '"'
            end
    end as reason,
    fed_by
from differing;

-- One row two schools that might be one, of which no other feeds the platform's, with the place of their score among those
-- of either. Key: school_id, platform_school_id.
create or replace temp table ranked_links as
select
    *,
    rank() over (partition by school_id order by score desc) as of_school,
    count(*) over (partition by school_id, score) as ties_of_school,
    rank() over (partition by platform_school_id order by score desc) as of_platform,
    count(*) over (partition by platform_school_id, score) as ties_of_platform
from possible_links
where fed_by is null;

-- One row a proposal: the best for both schools, and alone in that. Key: school_id; platform_school_id.
create or replace temp table proposals as
select
    school_id,
    platform_school_id,
    score,
    reason
from ranked_links
where of_school = 1 and of_platform = 1 and ties_of_school = 1 and ties_of_platform = 1;

-- The first three ids as text.
create or replace temp macro some_of(ids) as
array_to_string(ids[:3], ' and ') || if(len(ids) > 3, ' and ' || (len(ids) - 3) || ' more', '');

-- One row a school for which none is proposed, with what it is like: a school of the platform that another feeds (a new
-- school_id for the same school?), or several equally, or one that is as much or more like another. Key: school_id.
create or replace temp table undecided as
with fed as (
    select
        school_id,
        'like ' || platform_school_id || ', which ' || fed_by || ' feeds (' || reason || ')' as reason
    from possible_links
    where fed_by is not null and score >= 0.95
    qualify row_number() over (partition by school_id order by score desc, platform_school_id asc) = 1
),

liked as (
    select
        platform_school_id,
        list(school_id order by school_id) as schools
    from ranked_links
    where of_platform = 1
    group by platform_school_id
),

ties as (
    select
        r.school_id,
        case
            when count(*) > 1 then 'equally like ' || some_of(list(r.platform_school_id order by r.platform_school_id))
            else
                'like ' || min(r.platform_school_id) || ', which is ' || if(min(r.of_platform) = 1, 'as much', 'more') || ' like '
                || some_of(list_filter(min(l.schools), lambda s: s != r.school_id))
        end as reason
    from ranked_links as r
    inner join liked as l on r.platform_school_id = l.platform_school_id
    where r.of_school = 1
    group by r.school_id
)

select
    s.school_id,
    coalesce(f.reason, t.reason) as reason
from valid.schools as s
left join fed as f on s.school_id = f.school_id
left join ties as t on s.school_id = t.school_id
anti join proposals as p on s.school_id = p.school_id
where coalesce(f.reason, t.reason) is not null;
