-- The counts of classes that enrollments name. Key: none, one row. Input: raw.enrollments_sent.

select
    count(class_id) as filled_classes,
    count(distinct class_id) as classes
from raw.enrollments_sent;
