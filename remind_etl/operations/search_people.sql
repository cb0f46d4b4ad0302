-- People and classes that a text may mean, for the page that answers a parent. Inputs: ${search_terms}, which is sorted by
-- kind and term, so that a reader of one term reads little. $term_end is the first text that does not begin with $term.
-- Outputs: named.

-- The text $text as search_terms has those of the kind $kind; $digits are those of a phone.
select case $kind when 'person' then search_form($text) when 'email' then lower(trim($text)) else reverse($digits) end;

-- One row a term of these kinds that begins with $term. Key: none.
create temp table named as
from ${search_terms}
where kind in ($kind, $other_kind) and term >= $term and term < $term_end;

-- One row an account with such a term, at most $most. Key: account_id.
select distinct
    account_id,
    roles,
    person_id,
    first_name,
    last_name,
    contact
from named
where kind != 'class'
order by last_name asc, first_name asc, account_id asc
limit $most;

-- One row a class with such a term, from a word of its name on, at most $most. Key: class_id.
select distinct
    class_id,
    class_name
from named
where kind = 'class'
order by class_name asc, class_id asc
limit $most;
