-- Where lines and accepted records part: after the k-th rejected line, lines run ahead by k.
-- Key: file, from_row. Input: raw.rejects.

insert into raw.gaps
select
    $file,
    line - 1 - k as from_row,
    max(k) as gap
from (select line, row_number() over (order by line) as k from raw.rejects where "file" = $file)
group by from_row;
