-- What made a fault, where that can be told from what was sent: the remedy that fits better than the code's. A finding
-- that has one keeps it. Inputs: valid.findings, raw.rejects, raw.schools, raw.teachers, raw.students, raw.classes.

-- Values that show what made them.
update valid.findings
set
    remedy = case
        when valid.is_error_value(coalesce("value", record_id)) then 'error_values'
        when valid.is_rounded(coalesce("value", record_id)) then 'rounded'
        when lower("value") = "column" and line > 1 then 'header_again'
        when valid.is_curly("value") then 'curly_quotes'
        when "value" like '="%"' then 'formula'
        when starts_with(code, 'unknown_') and valid.is_total("value") then 'totals'
        when code = 'invalid_dob' and regexp_full_match("value", '[0-9]{5}(\.0+)?') then 'serial_dates'
        when code = 'invalid_dob' and regexp_full_match("value", '[0-9]{1,2}[-/. ]([0-9]{1,2}|[A-Z][a-z]{2})[-/. ][0-9]{2}')
            then 'short_years'
        when code = 'invalid_dob' and regexp_full_match("value", '(1[3-9]|2[0-9]|3[01])[-/.](0?[1-9]|1[0-2])[-/.][0-9]{4}')
            then 'days_first'
        when code = 'invalid_dob' and regexp_full_match("value", '.*[T ][0-9]{1,2}:[0-9]{2}.*') then 'times'
        when
            code in ('invalid_grade', 'unknown_school', 'unknown_teacher', 'unknown_class', 'unknown_user')
            and regexp_full_match("value", '[0-9]{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-[0-9]{2}') then 'dates'
        when starts_with(code, 'invalid_') and regexp_full_match("value", '(?i)n\.?/?a\.?|none|null|nil|unknown|tbd|-+|\.+|x+')
            then 'no_value'
    end
where remedy is null;

-- Rows that could not be read.
with ending_blank as (
    select "file"
    from raw.rejects
    where code = 'wrong_cell_count'
    group by "file"
    having avg((cells[-1] = '')::int) > 0.5
)

update valid.findings as f
set
    remedy = case
        when valid.is_total(r.cells[1]) then 'totals'
        when array_to_string(r.cells, '') similar to '.*[“”].*' then 'curly_quotes'
        when r.code = 'wrong_cell_count' and r.cells[-1] = '' and r."file" in (select b."file" from ending_blank as b)
            then 'blank_columns'
        when len(list_filter(r.cells, lambda c: starts_with(c, '='))) > 0 then 'formula'
    end
from raw.rejects as r
where f.remedy is null and f."file" = r."file" and f.line = r.line and f.code = r.code;

-- All that is wrong with a row that is no record.
update valid.findings as f
set remedy = n.remedy
from (
    select distinct
        "file",
        line,
        remedy
    from valid.findings
    where remedy in ('totals', 'header_again')
) as n
where f.remedy is null and f."file" = n."file" and f.line = n.line;

-- Ids that are not in their file but for the way in which they are written there.
update valid.findings as f
set remedy = m.remedy
from (
    with ids as (
        select
            'unknown_school' as code,
            school_id as id
        from raw.schools
        union
        select
            'unknown_teacher',
            teacher_id
        from raw.teachers
        union
        select
            'unknown_class',
            class_id
        from raw.classes
        union
        select
            'unknown_user',
            teacher_id
        from raw.teachers
        union
        select
            'unknown_user',
            student_id
        from raw.students
    ),

    unknown as (
        select distinct
            code,
            "value"
        from valid.findings
        where starts_with(code, 'unknown_') and remedy is null
    ),

    meant as (
        select
            i.code,
            i.id,
            case when valid.is_rounded(i.id) then 'rounded' else valid.bare(i.id) end as bare
        from ids as i
        where i.code in (select u.code from unknown as u)
    )

    select
        u.code,
        u."value",
        min(valid.difference(u."value", m.id)) as remedy
    from unknown as u
    inner join meant as m on u.code = m.code and valid.bare(u."value") = m.bare
    where m.bare != ''
    group by u.code, u."value"
    union all
    select
        u.code,
        u."value",
        'rounded'
    from unknown as u
    where regexp_full_match(u."value", '[0-9]{12,}') and u.code in (select m.code from meant as m where m.bare = 'rounded')
) as m
where f.remedy is null and f.code = m.code and f."value" = m."value";

-- Gates: what made most of the problems that they count.
update valid.findings as g
set remedy = m.remedy
from (
    with counted as (
        select
            g.detail,
            g."file",
            f.remedy,
            count(*) as findings,
            sum(count(*)) over (partition by g.detail, g."file") as of_all
        from valid.findings as g
        inner join valid.findings as f on g."file" = f."file" and list_contains(g.codes, f.code)
        where g.codes is not null
        group by g.detail, g."file", f.remedy
    )

    select *
    from counted
    where remedy is not null and findings > 0.5 * of_all
) as m
where g.remedy is null and g.codes is not null and g."file" = m."file" and g.detail = m.detail;
