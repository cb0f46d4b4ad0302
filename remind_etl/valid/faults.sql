-- How faults are told. Each fault is {code, column, value, detail, record_id}, or null where there is none.

create or replace temp macro fault(code, col, val, detail, record_id) as
{
    'code': code::varchar,
    'column': col::varchar,
    'value': val::varchar,
    'detail': detail::varchar,
    'record_id': record_id::varchar
};

-- A required value that is blank, and what was sent instead.
create or replace temp macro blank(val, col, code, sent := null) as
case when val is null then fault(code, col, sent, null, null) end;

-- A required name that is blank, or in the place of which stands a spreadsheet's error, such as #N/A.
create or replace temp macro unnamed(val, col) as blank(valid.id(val), col, 'missing_value', val);

-- How many characters a column of the file may hold, as schema/upload.py says.
create or replace temp macro limit_of(col) as getvariable('column_limits')[col];

-- A value that is longer than its column allows.
create or replace temp macro long(val, col) as
case when length(val) > limit_of(col) then fault('value_too_long', col, val, limit_of(col)::varchar, null) end;

-- A value that was sent and cannot be read: it is left off. One that is too long has that fault already.
create or replace temp macro unread(code, sent, val, col) as
case when length(sent) <= limit_of(col) and val is null then fault(code, col, sent, null, null) end;

-- A fault of the row as a whole.
create or replace temp macro found(is_so, code, col, val) as
case when is_so then fault(code, col, val, null, null) end;

create or replace temp macro faults(candidates) as list_filter(candidates, lambda f: f is not null);

-- The lines that are left out of those that were judged.
create or replace temp macro left_out(judged) as table
    select line
    from query_table(judged)
    where len(errors) > 0 or waits;

-- The files that can be relied on: one that cannot be read, or is none of its kind, makes no other file's references wrong.
-- What its valid table is blocked for does not count: its ids are known all the same. Key: file.
create or replace temp table relied_on as
select r."file"
from raw.files as r
anti join (
    select f."file"
    from valid.findings as f
    inner join valid.catalogue as c on f.code = c.code
    where c.severity = 'blocker' and not starts_with(f.found_by, 'valid/')
) as b on r."file" = b."file";

create or replace temp macro is_read(file_name) as exists (from relied_on as r where r."file" = file_name);

-- A required value that is there and fits, an optional one that is blank or can be read.
create or replace temp macro has(val, col) as coalesce(length(val) <= limit_of(col), false);

create or replace temp macro is_name(val, col) as has(val, col) and not valid.is_error_value(val);

create or replace temp macro is_kept(sent, val) as sent is null or val is not null;

-- True where a record of the file that could not be read may name the id.
create or replace temp macro is_in_reject(id, file_name) as
id in (select r.cell from raw.reject_tokens as r where r."file" = file_name);

-- True where a person has rows (see whereabouts.sql) and none can be of the school.
create or replace temp macro is_elsewhere(schools, may_be_elsewhere, school) as
not may_be_elsewhere and not list_contains(schools, school);
