-- Where lines and accepted records part when each record is one line: after the k-th rejected line, lines run ahead
-- by k. Key: file, from_row. Input: raw.rejects.

insert into raw.gaps
with numbered as (
    select
        line,
        row_number() over (order by line) as k
    from raw.rejects
    where "file" = $file
)

select
    $file as "file",
    line - 1 - k as from_row,
    max(k) as gap
from numbered
group by from_row;
