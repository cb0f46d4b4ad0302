-- The classes that are not created, or that wait. They are not absent, so the platform keeps what it has of them.
-- Inputs: valid.classes, provisioned.live_schools, provisioned.classes. Outputs: valid.left_out.

insert into valid.left_out
select
    'provisioned/rosters' as found_by,
    'classes.csv' as "file",
    class.line,
    class.class_id as cell
from valid.classes as class
inner join provisioned.live_schools as school on class.school_id = school.school_id
anti join provisioned.classes as provisioned_class on class.class_id = provisioned_class.class_id;
