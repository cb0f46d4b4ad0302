-- One row a record that DuckDB rejected. Key: line. Input: reject_errors, a row an error of the last read.

select
    "line"::bigint as "line",
    bool_or(error_type = 'INVALID ENCODING') as is_undecodable,
    any_value(csv_line) as "text"
from reject_errors
group by "line"
order by "line";
