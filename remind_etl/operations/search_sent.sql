-- People of the files whom a text may mean, other than those that the platform has so. $term_end is the first text that does
-- not begin with $term, or with it as a whole word. Rows may have a phone without the country code that a person asks with:
-- $local_phones are the shorter numbers that it may be. Outputs: none.
-- Inputs: the Parquet file $file of sent_terms, which is sorted by kind and term.
-- Grain: one row a person and row of a file, at most $most: the first ones in the order of the terms. Key: none.

with named as (
    select
        "role",
        person_id,
        first_name,
        last_name,
        contact,
        "file",
        line
    from read_parquet($file)
    where
        kind = $kind
        and (
            (term >= $term and term < $term_end)
            or (kind = 'phone' and term in (select unnest($local_phones::varchar[])))
        )
    limit $enough -- noqa: AM09
)

select distinct *
from named
order by last_name asc nulls last, first_name asc, person_id asc, "role" desc, line asc
limit $most;
