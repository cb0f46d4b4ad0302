-- The groups of like problems, worst first, with the remedy of a cause that most of a group have in common where that
-- can be told: what a spreadsheet did to the file. Key: code, file, column, shape.
-- Inputs: valid.problem_groups, valid.problems, raw.rejects, raw.schools, raw.teachers, raw.students, raw.classes.

create or replace temp table report_groups as
with ids as (
    select
        'unknown_school' as code,
        ltrim(school_id, '0') as bare
    from raw.schools
    union all
    select
        'unknown_teacher',
        ltrim(teacher_id, '0')
    from raw.teachers
    union all
    select
        'unknown_class',
        ltrim(class_id, '0')
    from raw.classes
    union all
    select
        'unknown_user',
        ltrim(teacher_id, '0')
    from raw.teachers
    union all
    select
        'unknown_user',
        ltrim(student_id, '0')
    from raw.students
),

caused as (
    select
        p.code,
        p."file",
        p."column",
        valid.shape(p."value") as shape,
        $lost_zeros as remedy
    from valid.problems as p
    semi join ids as i on p.code = i.code and ltrim(p."value", '0') = i.bare
    union all
    select
        code,
        "file",
        null,
        null,
        case when array_to_string(cells, '') similar to '.*[“”].*' then $curly_quotes else $blank_columns end
    from raw.rejects
    where code = 'wrong_cell_count' and (array_to_string(cells, '') similar to '.*[“”].*' or cells[-1] = '')
),

counted as (
    select
        *,
        count(*) as problems
    from caused
    group by all
)

select g.* replace (coalesce(c.remedy, g.fix) as fix)
from valid.problem_groups as g
left join counted as c
    on
        g.code = c.code
        and g."file" = c."file"
        and g."column" is not distinct from c."column"
        and g.shape is not distinct from c.shape
        and c.problems > 0.5 * g.problems
order by
    list_position(['blocker', 'error', 'alert', 'notice'], g.severity) asc, g."rows" desc, g.code asc, g."file" asc,
    g."column" asc, g.shape asc;
