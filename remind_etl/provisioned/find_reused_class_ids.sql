-- The problem of class ids that mean another class than the one that was delivered: another name and teacher, or another
-- school, and most of the students are not in it any more. Memberships that were removed with the class count too, because
-- they come back with it. Reuse that was found when the drop was delivered stays found.
-- Inputs: platform_classes, platform_class_memberships, reused_before, provisioned.classes, provisioned.class_memberships,
-- valid.classes.
-- Outputs: provisioned_steps.reused_class_ids, valid.findings.

-- Grain: one row a class. Key: class_id.
create or replace table provisioned_steps.reused_class_ids as
with changed_classes as (
    select
        known.class_id,
        known.removed_at
    from platform_classes as known
    inner join provisioned.classes as class on known.class_id = class.class_id
    where
        known.school_id != class.school_id
        or (
            provisioned.name_key(known.class_name, null) != provisioned.name_key(class.class_name, null)
            and known.owner_teacher_id != class.owner_teacher_id
        )
),

known_students as (
    select
        membership.class_id,
        membership.record_id
    from platform_class_memberships as membership
    inner join changed_classes as changed on membership.class_id = changed.class_id
    where
        membership."role" = 'student'
        and (membership.removed_at is null or membership.removed_at = changed.removed_at)
),

present_students as (
    select
        membership.class_id,
        membership.record_id
    from provisioned.class_memberships as membership
    semi join changed_classes as changed on membership.class_id = changed.class_id
    where membership."role" = 'student'
),

student_counts as (
    select
        known.class_id,
        count(*) as known_students,
        count(present.record_id) as remaining_students
    from known_students as known
    left join present_students as present on known.class_id = present.class_id and known.record_id = present.record_id
    group by known.class_id
),

reused_now as (
    select
        class_id,
        remaining_students || ' of ' || known_students || ' are still in it' as detail
    from student_counts
    where 2 * remaining_students < known_students
)

from reused_now
union all
select before.*
from reused_before as before
anti join reused_now on before.class_id = reused_now.class_id;

insert into valid.findings by name
select
    'provisioned/rosters' as found_by,
    'class_id_reused' as code,
    'classes.csv' as "file",
    class.line,
    'class_id' as "column",
    class.class_id as "value",
    'class' as record_type,
    class.class_id as record_id,
    class.school_id,
    reused.detail
from provisioned_steps.reused_class_ids as reused
inner join valid.classes as class on reused.class_id = class.class_id;
