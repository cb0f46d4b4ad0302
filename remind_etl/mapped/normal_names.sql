-- The normal form of each name, and what two names of one school must not differ in: levels, sides and numbers.
-- Grain: one row a school. Key: side, id.
-- Inputs: mapped_steps.school_names, mapped_steps.name_words. Outputs: mapped_steps.normal_names.

create or replace table mapped_steps.normal_names as
select
    school.side,
    school.id,
    any_value(school."name") as "name",
    any_value(mapped_steps.school_key(school."name")) as "key",
    coalesce(string_agg(word.word, ' ' order by word."position") filter (where word.weight > 0), '') as normal_form,
    coalesce(list_sort(list_distinct(list(word.word) filter (where word.kind = 'level'))), []) as levels,
    coalesce(list_sort(list_distinct(list(word.word) filter (where word.kind = 'side'))), []) as sides,
    coalesce(list_sort(list_distinct(list(word.word) filter (where word.kind = 'number'))), []) as numbers
from mapped_steps.school_names as school
left join mapped_steps.name_words as word on school.side = word.side and school.id = word.id
group by school.side, school.id;
