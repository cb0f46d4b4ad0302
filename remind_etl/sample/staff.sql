-- The teachers, each at their first school: about one for 16 students, at least two a school.
-- grain: a teacher   key: teacher; school, place   inputs: district_schools, pupils
create table staff as
with sizes as (
    select
        district_schools.school,
        greatest(2, (count(pupils.pupil) + 15) // 16) as teachers
    from district_schools
    left join pupils on district_schools.school = pupils.school
    group by district_schools.school
),

places as (
    select
        *,
        unnest(range(teachers)) as place
    from sizes
),

numbered as (
    select
        *,
        row_number() over (order by school, place) as teacher,
        -- Phone owners: first the guardians, two a household, then the teachers.
        (select max(pupils.household) * 2 + 1 from pupils) as owners_before
    from places
),

named as (
    select
        *,
        drawn_word('first_name', 'teacher first name', teacher) as first_name,
        drawn_word('last_name', 'teacher last name', teacher) as last_name
    from numbered
),

mailboxes as (
    select
        *,
        slug(first_name) || '.' || slug(last_name) as mailbox
    from named
),

namesakes as (
    select
        *,
        row_number() over (partition by mailbox order by teacher) as namesake
    from mailboxes
)

select
    teacher,
    school,
    place,
    teachers,
    owners_before + teacher as phone_owner,
    printf('T%05d', teacher) as teacher_id,
    first_name,
    last_name,
    concat(mailbox, case when namesake > 1 then namesake end, '@', getvariable('domain')) as email,
    case when draw('teacher has a mobile phone', teacher, 10) < 6 then phone(owners_before + teacher) end as phone
from namesakes;
