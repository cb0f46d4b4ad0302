-- The rules for single values. Each fault is {code, column, value, detail, record_id}, or null where there is none.

create or replace temp macro fault(code, col, val, detail, record_id) as
{
    'code': code::varchar,
    'column': col::varchar,
    'value': val::varchar,
    'detail': detail::varchar,
    'record_id': record_id::varchar
};

-- A required value that is blank.
create or replace temp macro blank(val, col, code) as
case when val is null then fault(code, col, null, null, null) end;

-- A value that is longer than its column allows.
create or replace temp macro long(val, col, most) as
case when length(val) > most then fault('value_too_long', col, val, most::varchar, null) end;

-- A value that was sent and cannot be read: it is left off. One that is too long has that fault already.
create or replace temp macro unread(code, sent, val, col) as
case when length(sent) <= 1000 and val is null then fault(code, col, sent, null, null) end;

-- A fault of the row as a whole.
create or replace temp macro found(is_so, code, col, val) as
case when is_so then fault(code, col, val, null, null) end;

create or replace temp macro faults(candidates) as list_filter(candidates, lambda f: f is not null);

create or replace temp macro no_faults() as faults([found(false, null, null, null)]);

-- True where a file can be relied on: one that cannot be read, or is none of its kind, makes no other file's references
-- wrong. What its valid table is blocked for does not count: its ids are known all the same.
create or replace temp macro is_read(file_name) as
exists (from raw.files as r where r."file" = file_name)
and not exists (
    from valid.findings as f
    inner join valid.catalogue as c on f.code = c.code
    where c.severity = 'blocker' and f."file" = file_name and not starts_with(f.found_by, 'valid/')
);

-- A required value that is there and fits, an optional one that is blank or can be read.
create or replace temp macro has(val, most) as coalesce(length(val) <= most, false);

create or replace temp macro is_kept(sent, val) as sent is null or val is not null;

-- True where no row of the file has the id, not even one that is left out.
create or replace temp macro leads_nowhere(id, file_name) as
is_read(file_name) and id not in (select k.id from known as k where k."file" = file_name);

-- True where a person has rows (see whereabouts.sql) and none can be of the school.
create or replace temp macro is_elsewhere(schools, may_be_elsewhere, school) as
not may_be_elsewhere and not list_contains(schools, school);

-- The text if it is an address by the HTML standard's rule for email fields, no dots in a row, no longer than mail can carry,
-- its domain with a dot and a last part that is no number. Source: WHATWG HTML, "valid e-mail address"; RFC 5321, 4.5.3.1.
create or replace temp macro address(sent) as case
    when regexp_full_match(
        sent,
        '[a-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&''*+/=?^_`{|}~-]+)*'
        '@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]'
    ) and length(sent) <= 254 then sent
end;

-- What is left of an address without what people and programs put around it: quotes, angle brackets, `mailto:`, blanks, a
-- comma or semicolon after it, and signs that cannot be seen.
create or replace temp macro unwrapped(sent) as
regexp_extract(
    regexp_replace(sent, '\p{Cf}', '', 'g'),
    '^[\s\pZ<"''“”‘’]*(?:mailto:)?(.*?)[\s\pZ>"''“”‘’,;]*$', 1
);

-- The address in lower case.
create or replace temp macro email(sent) as coalesce(address(lower(sent)), address(unwrapped(lower(sent))));

-- The day on which the drop landed, in UTC; null where that is not known.
create or replace temp macro landed_on() as (select make_timestamp(max(epoch_us(d.landed_at)))::date from landed.drops as d);

-- YYYY-MM-DD, M/D/YYYY or YYYYMMDD.
create or replace temp macro calendar_day(sent) as case
    when regexp_full_match(sent, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') then try_strptime(sent, '%Y-%m-%d')::date
    when regexp_full_match(sent, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}') then try_strptime(sent, '%m/%d/%Y')::date
    when regexp_full_match(sent, '[0-9]{8}') then try_strptime(sent, '%Y%m%d')::date
end;

-- A day from 1900 on that is not after the latest.
create or replace temp macro birthday(sent, latest := null::date) as
case when calendar_day(sent) between date '1900-01-01' and coalesce(latest, date '9999-12-31') then calendar_day(sent) end;

-- PK, TK, K, 1 to 12 or Ungraded, from the usual spellings.
create or replace temp macro grade_level(sent) as case
    when regexp_full_match(lower(sent), '(grade ?|gr\.? ?|g)?0?([1-9]|1[0-2])(st|nd|rd|th)?( grade)?')
        then regexp_extract(sent, '0?([1-9][0-2]?)', 1)
    when lower(sent) in ('k', 'kg', 'kindergarten', 'kinder') then 'K'
    when regexp_full_match(lower(sent), 'pk|pre[- ]?k|pre[- ]?kindergarten|pre-?school') then 'PK'
    when lower(sent) in ('tk', 'transitional kindergarten') then 'TK'
    when lower(sent) in ('ungraded', 'ug') then 'Ungraded'
end;

-- What counts of a name when two are compared: case, accents and doubled blanks aside.
create or replace temp macro name_key(sent) as strip_accents(lower(regexp_replace(sent, '\s+', ' ', 'g')));
