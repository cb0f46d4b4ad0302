-- The optional cells in which a word such as NULL or N/A stands for no value. They are read as blank, with one notice a
-- column. In a guardian's name, a spreadsheet's error is such a word too.
-- Grain: one row a column. Key: column. Inputs: raw.${table}.
-- Outputs: valid_steps.${table}_with_words, valid_steps.${table}_words, valid.findings.

create or replace table valid_steps.${table}_with_words as
select
    line,
    ${optional_columns}
from raw.${table}
where ${has_word};

create or replace table valid_steps.${table}_words as
select
    "column",
    min(line) as line,
    arg_min("value", line) as "value",
    count(*) as cells
from valid_steps.${table}_with_words
unpivot ("value" for "column" in (${optional_columns}))
where valid.is_null_word("value") or ("column" like 'guardian_%_name' and valid.is_error_value("value"))
group by "column";

insert into valid.findings by name
select
    'valid/${table}' as found_by,
    'word_for_no_value' as code,
    '${table}.csv' as "file",
    line,
    "column",
    "value",
    cells::varchar as detail
from valid_steps.${table}_words;
