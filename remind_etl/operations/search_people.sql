-- People and classes that a text may mean, for the page that answers a parent. Inputs: ${search_terms}, which is sorted by
-- kind and term. So a reader of one term reads little, and stops at $enough rows. $term_end is the first text that does not
-- begin with $term, or with it as a whole word. Outputs: none.

-- The name $text as search_terms has names.
select search_form($text);

-- The email $text, or the phone with these $digits, as search_terms has those of the kind $kind.
select if($kind = 'email', lower(trim($text)), reverse($digits));

-- One row an account with such a term, at most $most: the first ones in the order of the terms. Key: account_id.
with named as (
    select
        account_id,
        roles,
        person_id,
        first_name,
        last_name,
        contact
    from ${search_terms}
    where kind = $kind and term >= $term and term < $term_end
    limit $enough -- noqa: AM09
)

select distinct *
from named
order by last_name asc, first_name asc, account_id asc
limit $most;

-- One row a class with such a term, from a word of its name on, at most $most: the first ones in that order. Key: class_id.
with named as (
    select
        class_id,
        class_name
    from ${search_terms}
    where kind = 'class' and term >= $term and term < $term_end
    limit $enough -- noqa: AM09
)

select distinct *
from named
order by class_name asc, class_id asc
limit $most;
