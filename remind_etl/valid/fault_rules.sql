-- How faults are told. Each fault is {code, column, value, detail, record_id}, or null where there is none.
-- Grain: no table, macros only. Inputs: none. Outputs: none.

create or replace macro valid.fault(code, col, val, detail, record_id) as
{
    'code': code::varchar,
    'column': col::varchar,
    'value': val::varchar,
    'detail': detail::varchar,
    'record_id': record_id::varchar
};

-- A fault that the row has if this is so.
create or replace macro valid.fault_if(is_so, code, col, val) as
case when is_so then valid.fault(code, col, val, null, null) end;

-- A required value that is blank, and what was sent instead.
create or replace macro valid.missing(val, col, code, sent := null) as
case when val is null then valid.fault(code, col, sent, null, null) end;

-- A required name that is blank, or in the place of which stands a spreadsheet's error, such as #N/A.
create or replace macro valid.unnamed(val, col) as valid.missing(valid.id(val), col, 'missing_value', val);

-- A value that is longer than its column allows.
create or replace macro valid.too_long(val, col, allowed) as
case when length(val) > allowed then valid.fault('value_too_long', col, val, allowed::varchar, null) end;

-- A value that was sent and cannot be read: it is left off. One that is too long has that fault already.
create or replace macro valid.unread(code, sent, val, col, allowed) as
case when length(sent) <= allowed and val is null then valid.fault(code, col, sent, null, null) end;

create or replace macro valid.faults(candidates) as list_filter(candidates, lambda candidate: candidate is not null);

-- True where a required value is there and fits.
create or replace macro valid.has(val, allowed) as coalesce(length(val) <= allowed, false);

-- True where the file can be relied on.
create or replace macro valid.is_read(file_name) as
exists (from valid_steps.relied_on as readable where readable."file" = file_name);

-- True where a record of the file that could not be read may name the id.
create or replace macro valid.is_in_reject(id, file_name) as
id in (select token.cell from raw.reject_tokens as token where token."file" = file_name);

-- True where a person has rows (see whereabouts.sql) and none can be of the school.
create or replace macro valid.is_elsewhere(schools, may_be_elsewhere, school) as
not may_be_elsewhere and not list_contains(schools, school);
