-- Classes that wait with their teacher, or that a co-teacher owns in their stead.
-- Grain: one row a class. Key: id.
-- Inputs: valid.classes, mapped.schools, provisioned.classes, provisioned.waiting_teachers, provisioned.teacher_persons,
-- provisioned.account_rows. Outputs: reasons.

insert into reasons by name
with accounts_of_teachers as (
    select
        teacher.teacher_id,
        account.account_id
    from provisioned.teacher_persons as teacher
    inner join provisioned.account_rows as account on teacher.person = account.person
)

select
    'provisioned/rosters' as found_by,
    'class' as kind,
    sent.class_id as id,
    if(made.class_id is null, 'class_waits_with_teacher', 'co_teacher_owns') as reason_code,
    'classes.csv' as "file",
    sent.line,
    sent.school_id,
    made.owner_teacher_id as other_id
from valid.classes as sent
inner join mapped.schools as school on sent.school_id = school.school_id and school.link = 'confirmed'
left join provisioned.classes as made on sent.class_id = made.class_id
left join accounts_of_teachers as own on sent.teacher_id = own.teacher_id
where
    (made.class_id is not null and made.owner_account_id is distinct from own.account_id)
    or (made.class_id is null and sent.teacher_id in (select waiting.teacher_id from provisioned.waiting_teachers as waiting));
