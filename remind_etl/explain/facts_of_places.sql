-- A class and a person that no row puts together. Inputs: subjects, own_enrollments, own_memberships, facts. Outputs: facts.

insert into facts (kind, id, fact, class_id, person_id)
select
    kind,
    id,
    'no_enrollment',
    class_id,
    person_id
from subjects
where
    kind = 'place'
    and not exists (select 1 from own_enrollments)
    and not exists (select 1 from own_memberships)
    and not exists (select 1 from facts);
