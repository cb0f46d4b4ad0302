-- The files of a large district in which nothing is wrong: two guardians a household, 1.6 students a household, seven
-- classes a student, 25 students a class, a teacher for 16 students; 3 % of the classes have a co-teacher.
-- Inputs: $names (names.csv of the sample), $students.

create or replace temp table words as
select
    kind,
    list("name" order by "name") as words
from read_csv($names, auto_detect = false, header = true, columns = { 'kind': 'varchar', 'name': 'varchar' })
where kind in ('first_name', 'last_name', 'area_code')
group by kind;

create or replace temp table sizes as
select
    $students::bigint as students,
    $students::bigint * 7 // 25 as classes,
    $students::bigint // 16 as teachers,
    greatest(2, $students::bigint // 800) as schools,
    (select words from words where kind = 'first_name') as first_names,
    (select words from words where kind = 'last_name') as last_names,
    (select words from words where kind = 'area_code') as area_codes;

create or replace macro word(words, n) as words[(1 + hash(n) % len(words)::ubigint)::bigint];

create or replace macro school_id(n, schools) as printf('%04d', 100 + n % schools);

create or replace macro slug(n) as regexp_replace(lower(strip_accents(n)), '[^a-z]', '', 'g');

create or replace macro phone(area_codes, n) as format('({}) 555-{:04d}', area_codes[1 + n // 10000], n % 10000);

create or replace temp view schools as
select
    school_id(range, schools) as school_id,
    word(last_names, range) || ' Elementary School ' || range as school_name
from sizes, range(schools);

create or replace temp view teachers as
select
    school_id(range, schools) as school_id,
    printf('T%05d', range) as teacher_id,
    word(first_names, range) as teacher_first_name,
    word(last_names, range + 7) as teacher_last_name,
    slug(word(last_names, range + 7)) || range || '@district.example.org' as teacher_email,
    case when range % 5 < 3 then phone(area_codes, 2000000 + range) end as teacher_mobile_phone
from sizes, range(teachers);

create or replace temp view students as
with rows as (
    select
        s.range as student,
        s.range * 5 // 8 as household,
        g.range as place,
        s.range * 10 // 8 // 2 * 2 + g.range as guardian,
        sizes.*
    from sizes, range(students) as s, range(2) as g
)

select
    school_id(household, schools) as school_id,
    printf('%07d', student) as student_id,
    word(first_names, student) as student_first_name,
    word(last_names, household) as student_last_name,
    strftime(date '2008-01-01' + to_days((student % 4000)::integer), '%Y-%m-%d') as dob,
    (student % 12 + 1)::varchar as grade,
    case when student % 12 > 5 then 's' || printf('%07d', student) || '@pupils.example.org' end as student_email,
    case when student % 12 > 8 and student % 4 = 0 then phone(area_codes, 2100000 + student) end as student_phone,
    word(first_names, guardian + 3) as guardian_first_name,
    word(last_names, case when hash(guardian) % 10 < 7 then household else guardian end) as guardian_last_name,
    case
        when hash(guardian) % 100 >= 12
            then slug(word(first_names, guardian + 3)) || '.' || guardian || '@mail.example.org'
    end as guardian_email,
    case when hash(guardian) % 100 not between 12 and 16 then phone(area_codes, guardian) end as guardian_phone
from rows
order by school_id, student, place;

create or replace temp view classes as
select
    school_id(range, schools) as school_id,
    school_id(range, schools) || '-' || range as class_id,
    printf('T%05d', range % schools + schools * (range // schools % (teachers // schools))) as teacher_id,
    'Algebra - Period ' || range % 7 as class_name
from sizes, range(classes);

-- Class c of school s is number s + schools * c, so that all classes are at the student's school.
create or replace temp view enrollments as
with members as (
    select
        s.range * 5 // 8 % schools as school,
        printf('%07d', s.range) as user_id,
        (s.range // (25 * 8) + p.range * 7) % greatest(1, classes // schools) as class,
        schools
    from sizes, range(students) as s, range(7) as p
    union all
    select
        range % schools,
        printf('T%05d', range % schools + schools * ((range // schools + 1) % (teachers // schools))),
        range // schools % greatest(1, classes // schools),
        schools
    from sizes, range(0, classes // schools * schools, 33)
)

select
    school_id(school, schools) as school_id,
    school_id(school, schools) || '-' || (school + schools * class) as class_id,
    user_id
from members
order by class_id, user_id;
