-- The rows of enrollments.csv that are left out. One whose class or person was left out waits: it has no error of its own.
-- A school, class or person that the files do not name at all is reported once, under that id.
-- Grain: one row a line. Key: line.
-- Inputs: valid_steps.enrollments_doubtful, valid_steps.enrollments_whereabouts, valid_steps.places, raw.classes,
-- valid.classes. Outputs: valid_steps.enrollments_judged.

create or replace table valid_steps.enrollments_judged as
with people as (
    select *
    from valid_steps.enrollments_whereabouts
    qualify row_number() over (partition by id order by "file") = 1
),

compared as (
    select
        doubtful.*,
        valid.is_read('classes.csv')
        and doubtful.class_id not in (select named.class_id from raw.classes as named where named.class_id is not null)
        and not valid.is_in_reject(doubtful.class_id, 'classes.csv') as is_class_unknown,
        valid.is_read('students.csv')
        and valid.is_read('teachers.csv')
        and doubtful.user_id is not null
        and person.id is null
        and not valid.is_in_reject(doubtful.user_id, 'students.csv')
        and not valid.is_in_reject(doubtful.user_id, 'teachers.csv') as is_user_unknown,
        valid.is_read('schools.csv') and doubtful.school_id is not null and place.id is null as is_school_unknown,
        class.school_id != doubtful.school_id
        and (not valid.is_read('schools.csv') or place.id is not null) as is_row_elsewhere,
        class.school_id = doubtful.school_id
        and valid.is_read('students.csv')
        and valid.is_read('teachers.csv')
        and valid.is_elsewhere(person.school_ids, person.may_be_elsewhere, class.school_id) as is_user_elsewhere
    from valid_steps.enrollments_doubtful as doubtful
    left join valid.classes as class on doubtful.class_id = class.class_id
    left join people as person on doubtful.user_id = person.id
    left join valid_steps.places as place on doubtful.school_id = place.id
)

select
    line,
    class_id || '/' || user_id as record_id,
    school_id,
    valid.faults([
        valid.missing(user_id, 'user_id', 'missing_id', user_sent),
        valid.missing(school_id, 'school_id', 'missing_value'),
        valid.missing(class_id, 'class_id', 'missing_value', class_sent),
        ${too_long},
        case when is_school_unknown then valid.fault('unknown_school', 'school_id', school_id, null, school_id) end,
        case when is_class_unknown then valid.fault('unknown_class', 'class_id', class_id, null, class_id) end,
        case when is_user_unknown then valid.fault('unknown_user', 'user_id', user_id, null, user_id) end,
        valid.fault_if(is_row_elsewhere, 'school_mismatch', 'school_id', school_id),
        valid.fault_if(is_user_elsewhere, 'school_mismatch', 'user_id', user_id)
    ]) as errors,
    valid.faults([valid.fault_if(is_repeated, 'duplicate_row', null, null)]) as alerts,
    not is_repeated as waits,
    len(errors) > 0 or waits as is_left_out,
    [school_id, class_id, user_id] as ids
from compared;
