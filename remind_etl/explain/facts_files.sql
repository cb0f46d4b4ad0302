-- What the files have of the subjects, and what was found wrong with it. Inputs: subjects, own_rows, places, faults,
-- named_rows, unread_cells, problems, shared_contacts.

-- Rows that can be used.
insert into facts by name
select
    kind,
    id,
    'row_of_' || kind as fact,
    "file",
    line,
    school_id,
    class_id,
    person_id
from own_rows
where is_taken;

-- How many rows are about a school or class.
insert into facts by name
select
    s.kind,
    s.id,
    'rows_of_' || s.kind as fact,
    r."file",
    count(*) as "count"
from subjects as s
inner join named_rows as r
    on (s.kind = 'school' and s.id = r.school_id) or (s.kind = 'class' and s.id = r.class_id)
where s.home != r."file"
group by s.kind, s.id, r."file";

-- Rows that were left out, for an error of their own or because their school's row was.
insert into facts by name
select
    r.kind,
    r.id,
    case when f.code is null then 'waits_with_school' else 'left_out' end as fact,
    r."file",
    r.line,
    f.code,
    r.school_id,
    f.message as what,
    f.fix as why
from own_rows as r
left join faults as f
    on r."file" = f."file" and r.line = f.line and f.severity = 'error' and starts_with(f.found_by, 'valid/')
where not r.is_taken;

-- What else is wrong with their rows; an error of a later stage is why there is no account or class.
insert into facts by name
select
    r.kind,
    r.id,
    case
        when f.severity = 'error' and f.record_type = r.kind then 'not_made'
        when starts_with(f.found_by, 'valid/') then 'problem'
        when f.record_type = 'guardian' and r.kind = 'student' then 'guardian_lost'
        else 'lost'
    end as fact,
    r."file",
    r.line,
    f.code,
    f.message as what,
    f.fix as why
from own_rows as r
inner join faults as f on r."file" = f."file" and r.line = f.line
where
    (f.severity != 'error' or not starts_with(f.found_by, 'valid/'))
    and f.code != 'placeholder_contact'
    and (r.kind != 'guardian' or f.record_type = 'guardian' or starts_with(f."column", 'guardian'));

-- Emails and phones on their rows that are nobody's: the problem stands at the first such row alone.
insert into facts by name
select
    r.kind,
    r.id,
    'nobodys' as fact,
    r."file",
    r.line,
    'placeholder_contact' as code,
    c."column" as what,
    c.people as "count"
from own_rows as r
inner join shared_contacts as c on r."file" = c."file" and r.line = c.line
where r.kind != 'guardian' or starts_with(c."column", 'guardian');

-- Records that could not be read and have the id in a cell.
insert into facts by name
select
    s.kind,
    s.id,
    'unread' as fact,
    u."file",
    u.line,
    u.code,
    p.message as what,
    p.fix as why
from subjects as s
inner join unread_cells as u on s.id = u.cell
left join problems as p on u."file" = p."file" and u.line = p.line and u.code = p.code;

-- Records of which no row is there, and the first rows that name them all the same.
insert into facts by name
select
    s.kind,
    s.id,
    case when s.kind in ('guardian', 'person') then 'no_row_of_' || s.kind else 'no_row' end as fact,
    s.home as "file"
from subjects as s
anti join own_rows as r on s.kind = r.kind and s.id = r.id
anti join unread_cells as u on s.home = u."file" and s.id = u.cell
where s.kind != 'place';

insert into facts by name
select
    s.kind,
    s.id,
    'only_named' as fact,
    r."file",
    min(r.line) as line
from subjects as s
inner join named_rows as r
    on case s.kind when 'school' then r.school_id when 'class' then r.class_id else r.person_id end = s.id
anti join own_rows as o on s.kind = o.kind and s.id = o.id
where s.kind in ('school', 'class', 'teacher') and (s.kind != 'teacher' or r."file" = 'classes.csv')
group by s.kind, s.id, r."file";
