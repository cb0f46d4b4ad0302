-- What of the places was not taken as it was sent. Inputs: the published tables; subjects, named_places, places, seats,
-- persons, class_rows.

-- One row an enrollment of a subject that could not be read, as far as cells of the record are a class and a person that
-- others name too. Key: kind, id, file, line, class_id, person_id.
create or replace temp table unread_places as
with cells as (
    select
        c.*,
        c.cell in (select r.class_id from sent_rows as r) or c.cell in (select k.class_id from classes as k) as is_class,
        c.cell in (select r.person_id from sent_rows as r where r."file" in ('students.csv', 'teachers.csv')) as is_person
    from unread_cells as c
    where c."file" = 'enrollments.csv'
),

pairs as (
    select
        c."file",
        c.line,
        c.code,
        c.cell as class_id,
        p.cell as person_id
    from cells as c
    inner join cells as p on c.line = p.line
    where c.is_class and p.is_person
)

select
    s.kind,
    s.id,
    p.*
from subjects as s
inner join pairs as p
    on
        (s.kind = 'class' and s.id = p.class_id)
        or (s.kind in ('teacher', 'student') and s.id = p.person_id)
        or (s.kind = 'place' and exists (
            from named_places as n
            where n.class_id = p.class_id and n.person_id = p.person_id
        ));

-- One row a seat that stays as it was delivered, with the reason and the line that was left out or could not be read: an
-- enrollment with a fault of its own, or the person's or the class's, for which the enrollment waits.
-- Key: class_id, account_id, role.
create or replace temp table seats_that_stay as
with enrollments as (
    select
        *,
        line in (select f.line from findings as f where f."file" = 'enrollments.csv') as is_told
    from sent_rows
    where
        "file" = 'enrollments.csv'
        and not is_taken
        and (class_id in (select s.class_id from seats as s) or person_id in (select s.record_id from seats as s))
),

lines as (
    select
        class_id,
        person_id,
        'line ' || line || ' of ' || "file" || ' was left out' as what,
        case when not is_told then 5 when class_id is null or person_id is null then 2 else 1 end as place
    from enrollments
    union all
    select
        class_id,
        person_id,
        'line ' || line || ' of ' || "file" || ' could not be read',
        1
    from unread_places
    union all
    select
        null,
        person_id,
        'line ' || left_out_line || ' of ' || "file" || ' was left out',
        3
    from persons
    where left_out_line is not null
    union all
    select
        class_id,
        null,
        'line ' || line || ' of ' || "file" || ' was left out',
        3
    from class_rows
    where not is_taken
    union all
    select
        case when "file" = 'classes.csv' then cell end,
        case when "file" != 'classes.csv' then cell end,
        'line ' || line || ' of ' || "file" || ' could not be read',
        4
    from unread_cells
    where
        "file" in ('classes.csv', 'teachers.csv', 'students.csv')
        and (cell in (select s.class_id from seats as s) or cell in (select s.record_id from seats as s))
),

stays as (
    select
        id,
        reason
    from kept
    where kind = 'class_memberships'
    union all
    select
        id,
        reason
    from changes
    where kind = 'class_memberships' and "action" = 'remove' and state != 'go'
)

select
    m.class_id,
    m.account_id,
    m."role",
    any_value(k.reason) as reason,
    arg_min(l.what, { 'place': l.place, 'what': l.what }) as what
from seats as m
inner join stays as k on m.class_id || '/' || m.account_id || '/' || m."role" = k.id
left join lines as l on coalesce(l.class_id, m.class_id) = m.class_id and coalesce(l.person_id, m.record_id) = m.record_id
group by m.class_id, m.account_id, m."role";
