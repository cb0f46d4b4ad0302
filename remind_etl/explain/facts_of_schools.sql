-- What the schools of the subjects feed on the platform, and whether nothing is made because of them.
-- Inputs: subjects, own_rows, schools, school_members, reasons. Outputs: facts, waiting_schools.

-- One row a school of which nothing is made. Key: school_id.
insert into waiting_schools (school_id, reason_code)
select
    id,
    reason_code
from reasons
where kind = 'school' and reason_code in ('school_waits', 'school_ignored');

insert into facts (kind, id, fact, school_id, other_id, reason)
with at_schools as (
    select
        kind,
        id,
        school_id
    from own_rows
    union
    select
        subject.kind,
        subject.id,
        member.school_id
    from subjects as subject
    inner join school_members as member on subject.account_id = member.account_id or subject.school_id = member.school_id
)

select
    at_school.kind,
    at_school.id,
    coalesce('school_' || school.link, 'school_vanished'),
    at_school.school_id,
    school.platform_school_id,
    coalesce(school.reason, 'no school of the platform is like it')
from at_schools as at_school
left join schools as school on at_school.school_id = school.school_id
where school.school_id is not null or at_school.school_id in (select member.school_id from school_members as member);
