-- Which schools might be one, with a score (0 to 1): an equal id before an equal name, before a name that differs only in
-- how schools are called, before a similar name.
-- Grain: one row two schools and a rule by which they are alike. Key: none.
-- Inputs: valid.schools, platform_schools, mapped_steps.normal_names, mapped_steps.likenesses.
-- Outputs: mapped_steps.link_scores.

create or replace table mapped_steps.link_scores as
select
    school.school_id,
    platform_school.platform_school_id,
    1.0 as score
from valid.schools as school
inner join platform_schools as platform_school on school.school_id = platform_school.platform_school_id
union all
select
    file_name.id as school_id,
    platform_name.id as platform_school_id,
    0.99
from mapped_steps.normal_names as file_name
inner join mapped_steps.normal_names as platform_name on file_name."key" = platform_name."key"
where file_name.side = 'files' and platform_name.side = 'platform' and file_name."key" != ''
union all
select
    file_name.id as school_id,
    platform_name.id as platform_school_id,
    0.95
from mapped_steps.normal_names as file_name
inner join mapped_steps.normal_names as platform_name
    on
        replace(file_name.normal_form, ' ', '') = replace(platform_name.normal_form, ' ', '')
        and file_name.numbers = platform_name.numbers
where file_name.side = 'files' and platform_name.side = 'platform' and file_name.normal_form != ''
union all
select
    school_id,
    platform_school_id,
    round(0.94 * likeness, 3)
from mapped_steps.likenesses;
