-- The rules for single values of people. What cannot be read is null.
-- Grain: no table, macros only. Inputs: none. Outputs: none.

-- The text if it is an address by the HTML standard's rule for email fields, no dots in a row, no longer than mail can carry,
-- its domain with a dot and a last part that is no number. Source: WHATWG HTML, "valid e-mail address"; RFC 5321, 4.5.3.1.
create or replace macro valid.address(sent) as case
    when regexp_full_match(
        sent,
        '[a-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&''*+/=?^_`{|}~-]+)*'
        '@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]'
    ) and length(sent) <= 254 then sent
end;

-- What is left of an address without what people and programs put around it: quotes, angle brackets, `mailto:`, blanks, a
-- comma or semicolon after it, and signs that cannot be seen.
create or replace macro valid.unwrapped(sent) as
regexp_extract(
    regexp_replace(sent, '\p{Cf}', '', 'g'),
    '^[\s\pZ<"''“”‘’]*(?:mailto:)?(.*?)[\s\pZ>"''“”‘’,;]*$', 1
);

-- The address with a domain of other letters, such as `schüle.example`, as mail servers write it. `domains.py` knows these.
create or replace macro valid.with_ascii_domain(sent) as
case
    when len(string_split(sent, '@')) = 2
        then split_part(sent, '@', 1) || '@' || getvariable('ascii_domains')[split_part(sent, '@', 2)]
end;

-- The address in lower case.
create or replace macro valid.email(sent) as coalesce(
    valid.address(lower(sent)),
    valid.address(valid.unwrapped(lower(sent))),
    valid.address(valid.with_ascii_domain(valid.unwrapped(lower(sent))))
);

-- The day on which the drop landed, in UTC; null where that is not known.
create or replace macro valid.landed_on() as (select make_timestamp(max(epoch_us(landed_at)))::date from landed.drops);

-- YYYY-MM-DD, M/D/YYYY or YYYYMMDD.
create or replace macro valid.plain_day(sent) as case
    when regexp_full_match(sent, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') then try_strptime(sent, '%Y-%m-%d')::date
    when regexp_full_match(sent, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}') then try_strptime(sent, '%m/%d/%Y')::date
    when regexp_full_match(sent, '[0-9]{8}') then try_strptime(sent, '%Y%m%d')::date
end;

-- The text without the time of midnight after it, as databases export a date.
create or replace macro valid.without_midnight(sent) as if(
    contains(sent, ':'),
    regexp_replace(sent, '([ T](0?0:00(:00(\.0+)?)?Z?( AM)?|12:00(:00)? ?AM))$', ''),
    sent
);

-- A date in one of these forms, also with the time of midnight.
create or replace macro valid.calendar_day(sent) as valid.plain_day(valid.without_midnight(sent));

-- True for a date that only has a meaning with the day before the month.
create or replace macro valid.is_day_first(sent) as
regexp_full_match(valid.without_midnight(sent), '(1[3-9]|2[0-9]|3[01])[-/.](0?[1-9]|1[0-2])[-/.][0-9]{4}');

-- True for a date that only has a meaning with the month before the day.
create or replace macro valid.is_month_first(sent) as
regexp_full_match(valid.without_midnight(sent), '(0?[1-9]|1[0-2])[-/.](1[3-9]|2[0-9]|3[01])[-/.][0-9]{4}');

-- True for a date that is another day if the day stands before the month.
create or replace macro valid.is_either_first(sent) as
regexp_full_match(valid.without_midnight(sent), '(0?[1-9]|1[0-2])/(0?[1-9]|1[0-2])/[0-9]{4}')
and ltrim(split_part(sent, '/', 1), '0') != ltrim(split_part(sent, '/', 2), '0');

-- A day from 1900 on that is not after the latest.
create or replace macro valid.birthday(sent, latest := null::date) as
case
    when valid.calendar_day(sent) between date '1900-01-01' and coalesce(latest, date '9999-12-31')
        then valid.calendar_day(sent)
end;

-- PK, TK, K, 1 to 12 or Ungraded, from the usual spellings and the codes of CEDS and PowerSchool (0 is K, -1 and -2 are PK).
create or replace macro valid.grade_level(sent) as case
    when regexp_full_match(lower(sent), '(grade ?|gr\.? ?|g)?0?([1-9]|1[0-2])(\.0+|st|nd|rd|th)?( grade)?')
        then regexp_extract(sent, '0?([1-9][0-2]?)', 1)
    when regexp_full_match(lower(sent), 'k|kg|kdg|kindergarten|kinder|k5|5k|0?0(\.0+)?') then 'K'
    when regexp_full_match(lower(sent), 'pk|pre[- ]?k|pre[- ]?kindergarten|pre-?school|it|pr|ps|pk[345]|[34]k|k[34]|-[12](\.0+)?')
        then 'PK'
    when lower(sent) in ('tk', 'transitional kindergarten') then 'TK'
    when lower(sent) in ('ungraded', 'ug', 'pg', 'ae', '13') then 'Ungraded'
    else coalesce(
        nullif(list_position([
            'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth'
        ], replace(lower(sent), ' grade', '')), 0),
        8 + nullif(list_position(['freshman', 'sophomore', 'junior', 'senior'], lower(sent)), 0)
    )::varchar
end;
