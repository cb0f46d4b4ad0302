-- The people whom classes.csv names as teachers.
-- Grain: one row a person. Key: id. Inputs: raw.classes. Outputs: valid_steps.classes_asked.

create or replace table valid_steps.classes_asked as
select distinct teacher_id as id
from raw.classes;
