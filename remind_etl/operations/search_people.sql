-- People and classes that a text may mean, for the page that answers a parent. Inputs: search_terms, which is sorted by
-- kind and term. $term_end is the first text that does not begin with $term.

-- The forms of the text $text, as search_terms has them; $digits are those of a phone.
select
    search_form($text) as person,
    lower(trim($text)) as email,
    reverse($digits) as phone;

-- One row an account with a term of this kind that begins with $term, at most $most. Key: account_id.
select distinct
    account_id,
    roles,
    person_id,
    first_name,
    last_name,
    contact
from search_terms
where kind = $kind and term >= $term and term < $term_end
order by last_name asc, first_name asc, account_id asc
limit $most;

-- One row a class whose name has a word from which on it begins with $term, at most $most. Key: class_id.
select distinct
    class_id,
    class_name
from search_terms
where kind = 'class' and term >= $term and term < $term_end
order by class_name asc, class_id asc
limit $most;
