-- A class and a person that no row puts together. Inputs: subjects, own_enrollments, own_memberships, facts. Outputs: facts.

insert into facts by name
select
    kind,
    id,
    'no_enrollment' as fact,
    class_id,
    person_id
from subjects
where kind = 'place' and not exists (from own_enrollments) and not exists (from own_memberships) and not exists (from facts);
