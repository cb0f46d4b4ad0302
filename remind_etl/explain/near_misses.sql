-- Ids of the files like one that is found nowhere: without case, blanks and leading zeros they are the same.
-- Grain: one row an id. Key: kind, id. Inputs: the Parquet file $file of sent_ids; $form, the id in this form.

select
    kind,
    id
from read_parquet($file)
where term = $form
order by kind, id
limit 10;
