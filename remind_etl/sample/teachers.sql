-- The rows of teachers.csv: about 3 % of the teachers teach at two schools and have two rows.
-- grain: a teacher at a school   key: teacher_id, school_id   inputs: staff, district_schools
-- The columns stand as in the file.
-- noqa: disable=ST06
create view teachers as
with counts as (
    select count(*) as schools from district_schools
),

posts as (
    select
        teacher,
        school
    from staff
    union all
    select
        staff.teacher,
        (staff.school + 1 + draw('second school', staff.teacher, counts.schools - 1)) % counts.schools as school
    from staff
    cross join counts
    where draw('two schools', staff.teacher, 100) < 3
),

tidy as (
    select
        staff.teacher,
        staff.teacher_id,
        staff.first_name,
        staff.last_name,
        staff.email,
        staff.phone,
        district_schools.school_id,
        row(district_schools.school_id, staff.teacher) as sort_key
    from posts
    inner join staff on posts.teacher = staff.teacher
    inner join district_schools on posts.school = district_schools.school
),

judged as (
    select
        *,
        flaw(
            [
                'no name', 'no email', 'no email', 'bad email', 'upper case', 'bad phone', 'extension', 'no school',
                'unknown school', 'padded'
            ],
            'teachers', teacher_id || school_id
        ) as flaw
    from tidy
)

select
    case flaw when 'no school' then null when 'unknown school' then '9' || school_id else school_id end as school_id,
    case flaw when 'padded' then padded(teacher_id) else teacher_id end as teacher_id,
    case flaw when 'no name' then null when 'padded' then padded(first_name) else first_name end
        as teacher_first_name,
    last_name as teacher_last_name,
    case flaw
        when 'no email' then null
        when 'bad email' then split_part(email, '@', 1) || '@'
        when 'upper case' then upper(email)
        else email
    end as teacher_email,
    case flaw
        when 'bad phone' then format('555-{:04d}', teacher % 1000)
        when 'extension' then coalesce(phone, '(212) 555-0142') || ' ext. ' || teacher % 100
        else phone
    end as teacher_mobile_phone,
    sort_key
from judged;
