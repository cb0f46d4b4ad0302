-- The rows of students.csv with parents. Untidy: also a column that nobody asked for.
-- grain: a student and a guardian   key: student_id, guardian   inputs: pupils, guardians, staff, district_schools
-- The columns stand as in the file.
-- noqa: disable=RF06,ST06
create view students as
with counts as (
    select max(phone_owner) as owners from staff
),

tidy as (
    select
        pupils.pupil,
        pupils.student_id,
        pupils.first_name,
        pupils.last_name,
        pupils.dob,
        district_schools.school_id,
        guardians.first_name as guardian_first_name,
        guardians.last_name as guardian_last_name,
        guardians.email as guardian_email,
        guardians.phone as guardian_phone,
        coalesce(guardians.place, 0) as place,
        case pupils.grade when 0 then 'K' else pupils.grade::varchar end as grade,
        case
            when pupils.grade >= 6
                then concat(
                    left(slug(pupils.first_name), 1), slug(pupils.last_name), pupils.student_id,
                    '@', getvariable('domain')
                )
        end as email,
        case
            when pupils.grade >= 9 and draw('student has a phone', pupils.pupil, 100) < 25
                then phone(counts.owners + pupils.pupil)
        end as phone
    from pupils
    cross join counts
    inner join district_schools on pupils.school = district_schools.school
    left join guardians on pupils.household = guardians.household
),

judged as (
    select
        *,
        flaw(
            [
                'no name', 'unknown school', 'bad email', 'bad guardian email', 'bad phone', 'extension', 'bad date',
                'bad grade', 'shared phone', 'upper case', 'padded'
            ],
            'students', student_id || '/' || place
        ) as flaw,
        row(school_id, pupil, place) as sort_key
    from tidy
)

select
    case flaw when 'unknown school' then '9' || school_id else school_id end as school_id,
    case flaw when 'padded' then padded(student_id) else student_id end as student_id,
    case flaw when 'padded' then padded(first_name) else first_name end as student_first_name,
    case flaw when 'no name' then null else last_name end as student_last_name,
    case flaw when 'bad date' then strftime(dob, '%d/%m/%Y') || 'x' else strftime(dob, '%Y-%m-%d') end as dob,
    case flaw when 'bad grade' then '99' when 'padded' then padded(grade) else grade end as grade,
    case flaw when 'bad email' then coalesce(split_part(email, '@', 1), 'none') || '@' else email end as student_email,
    phone as student_phone,
    guardian_first_name,
    guardian_last_name,
    case flaw
        when 'bad guardian email' then slug(first_name) || ' ' || slug(last_name) || '@home'
        when 'upper case' then upper(guardian_email)
        else guardian_email
    end as guardian_email,
    case flaw
        when 'bad phone' then format('555-{:04d}', pupil % 1000)
        when 'extension' then coalesce(guardian_phone, '(212) 555-0142') || ' x' || pupil % 100
        -- That of the student's first guardian.
        when 'shared phone' then first_value(guardian_phone) over (partition by student_id order by place)
        else guardian_phone
    end as guardian_phone,
    case when draw('note', student_id, 10) = 0 then drawn_word('note', 'which note', student_id) end as "Notes",
    sort_key
from judged;
