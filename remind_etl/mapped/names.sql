-- The names of schools in their normal form. Inputs: valid.schools, platform_schools; spellings,
-- roads, pairs, sides, words.

-- One row a school of the files or of the platform. Key: side, id.
create or replace temp view "names" as
select
    'files' as side,
    school_id as id,
    school_name as "name"
from valid.schools
union all
select
    'platform',
    platform_school_id,
    "name"
from platform_schools;

-- Letters and digits without case and accents.
create or replace temp macro school_key(name) as
trim(regexp_replace(strip_accents(lower(name)), '[^\pL\pN]+', ' ', 'g'));

-- The words of a name: an ampersand is "and", letters before a full stop are one word, an apostrophe is nothing, letters
-- and the digits after them are two words.
create or replace temp macro school_words(name) as
string_split(
    regexp_replace(
        school_key(
            regexp_replace(
                regexp_replace(replace(name, '&', ' and '), '\b(\pL)\.', '\1', 'g'),
                '[''’ʼ`]', '', 'g'
            )
        ),
        '(\pL)(\pN)', '\1 \2', 'g'
    ),
    ' '
);

-- A number without leading zeros and ordinal ending; any other word as it is.
create or replace temp macro bare_number(word) as
regexp_replace(word, '^0*([0-9]+)(st|nd|rd|th)?$', '\1');

-- One row a word of a name, in order; two that are one stand at the first. Key: side, id, position.
create or replace temp table name_words as
with sent as (
    select
        side,
        id,
        unnest(school_words("name")) as spelling,
        generate_subscripts(school_words("name"), 1) as "position"
    from "names"
),

told as (
    select
        s.*,
        coalesce(p.word, bare_number(s.spelling)) as word
    from sent as s
    left join spellings as p on s.spelling = p.spelling
    where s.spelling != ''
),

around as (
    select
        *,
        lag(word) over (partition by side, id order by "position") is null as is_first,
        lead(word) over (partition by side, id order by "position") as next_word
    from told
),

spelled as (
    select
        a.side,
        a.id,
        a."position",
        case when not a.is_first and (a.next_word is null or w.word is not null) then coalesce(r.word, a.word) else a.word end
            as word
    from around as a
    left join roads as r on a.spelling = r.spelling
    left join words as w on a.next_word = w.word
),

counting as (
    select
        s.*,
        lead(s.word) over (partition by s.side, s.id order by s."position") as next_word
    from spelled as s
    left join words as w on s.word = w.word
    where w.weight is distinct from 0
),

paired as (
    select
        c.*,
        p.word as one,
        lag(p.word) over (partition by c.side, c.id order by c."position") as one_before
    from counting as c
    left join pairs as p on c.word = p.former and c.next_word = p.latter
),

joined as (
    select
        side,
        id,
        "position",
        coalesce(one, word) as word
    from paired
    where one_before is null
),

sided as (
    select
        j.side,
        j.id,
        j."position",
        case
            when before is null and length(coalesce(after, '  ')) > 1 then coalesce(s.word, j.word)
            when after is null and length(coalesce(before, '  ')) > 1 then coalesce(s.word, j.word)
            else j.word
        end as word
    from (
        select
            *,
            lag(word) over (partition by side, id order by "position") as before,
            lead(word) over (partition by side, id order by "position") as after
        from joined
    ) as j
    left join sides as s on j.word = s.letter
)

select
    n.*,
    case
        when regexp_full_match(n.word, '[0-9]+') then 'number'
        when w.kind is not null then w.kind
        when length(n.word) = 1 then 'letter'
        else 'name'
    end as kind,
    coalesce(w.weight, case when length(n.word) = 1 and not regexp_full_match(n.word, '[0-9]') then 0.25 else 1 end) as weight
from (
    from sided
    union all
    select s.*
    from spelled as s
    inner join words as little on s.word = little.word
    where little.weight = 0
) as n
left join words as w on n.word = w.word;

-- One row a name: its normal form, and what two names must not differ in. Key: side, id.
create or replace temp table normal_names as
select
    n.side,
    n.id,
    any_value(n."name") as "name",
    any_value(school_key(n."name")) as "key",
    coalesce(string_agg(w.word, ' ' order by w."position") filter (where w.weight > 0), '') as normal_form,
    coalesce(list_sort(list_distinct(list(w.word) filter (where w.kind = 'level'))), []) as levels,
    coalesce(list_sort(list_distinct(list(w.word) filter (where w.kind = 'side'))), []) as sides,
    coalesce(list_sort(list_distinct(list(w.word) filter (where w.kind = 'number'))), []) as numbers
from "names" as n
left join name_words as w on n.side = w.side and n.id = w.id
group by n.side, n.id;
