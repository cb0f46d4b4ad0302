-- What is made of the subjects: accounts with their contact points and guardians, and classes. Inputs: subjects, own_rows,
-- schools, accounts, contact_points, guardian_lines, guardianships, classes, class_rows, persons, waiting_teachers.

-- One row a subject of which usable rows were sent, with what its schools' links are. Key: kind, id.
create or replace temp table standing as
select
    r.kind,
    r.id,
    bool_or(l.link = 'confirmed') as is_linked,
    bool_and(l.link = 'ignored') as is_ignored,
    string_agg(distinct r.school_id, ', ' order by r.school_id) as school_ids
from own_rows as r
inner join schools as l on r.school_id = l.school_id
where r.is_taken
group by r.kind, r.id;

insert into facts by name
select
    t.kind,
    t.id,
    case
        when t.is_linked and a.account_id is not null then 'account'
        when t.is_linked then 'no_account'
        when t.is_ignored then 'ignored'
        else 'waits'
    end as fact,
    a.account_id,
    a.roles as "role",
    t.school_ids as school_id
from standing as t
inner join subjects as s on t.kind = s.kind and t.id = s.id
left join accounts as a on s.account_id = a.account_id
where t.kind in ('teacher', 'student', 'guardian');

insert into facts by name
select
    s.kind,
    s.id,
    'contact' as fact,
    c.kind as what,
    count(*) as "count"
from subjects as s
inner join contact_points as c on s.account_id = c.account_id
group by s.kind, s.id, c.kind;

insert into facts by name
select
    r.kind,
    r.id,
    'guardian' as fact,
    r."file",
    g.line,
    g.account_id
from own_rows as r
inner join guardian_lines as g on r."file" = 'students.csv' and r.line = g.line
where r.kind = 'student' and g.account_id is not null;

insert into facts by name
select
    s.kind,
    s.id,
    'guardian_of' as fact,
    g.student_id as person_id,
    g.student_account_id as account_id
from subjects as s
inner join guardianships as g on s.account_id = g.guardian_account_id;

-- Classes: the owner, or why there is none.
insert into facts by name
select
    t.kind,
    t.id,
    case
        when t.is_ignored then 'ignored'
        when not t.is_linked then 'waits'
        when c.class_id is null and w.teacher_id is not null then 'class_waits_with_teacher'
        when c.class_id is null then 'no_class'
        when c.owner_teacher_id = r.person_id then 'owner'
        else 'owner_instead'
    end as fact,
    t.school_ids as school_id,
    r.person_id,
    c.owner_teacher_id as other,
    c.owner_account_id as account_id,
    coalesce(': line ' || o.left_out_line || ' of teachers.csv was left out', '') as why
from standing as t
inner join own_rows as r on t.kind = r.kind and t.id = r.id and r.is_taken
left join classes as c on t.id = c.class_id
left join persons as o on o."file" = 'teachers.csv' and r.person_id = o.person_id
left join waiting_teachers as w on r.person_id = w.teacher_id
where t.kind = 'class';

-- Classes that rows give to a teacher who does not own them.
insert into facts by name
select
    s.kind,
    s.id,
    'not_owner' as fact,
    r."file",
    r.line,
    r.class_id,
    r.person_id,
    case
        when not r.is_taken then 'the row was left out'
        when l.link = 'ignored' then 'school ' || r.school_id || ' is ignored'
        when l.link != 'confirmed' then 'school ' || r.school_id || ' waits to be linked'
        when c.class_id is null then 'the class is not made'
        when a.account_id is null then 'they have no account, so teacher ' || c.owner_teacher_id || ' owns it'
        else 'teacher ' || c.owner_teacher_id || ' owns it as delivered before'
    end as why
from subjects as s
inner join class_rows as r on s.kind = 'teacher' and s.id = r.person_id
left join schools as l on r.school_id = l.school_id
left join classes as c on r.class_id = c.class_id
left join accounts as a on s.account_id = a.account_id
where c.owner_teacher_id is distinct from r.person_id;

-- Where a problem says why, it is enough.
delete from facts
where
    fact in ('no_account', 'no_class', 'class_waits_with_teacher')
    and (kind, id) in (select (f.kind, f.id) from facts as f where f.fact = 'not_made');
