-- The table of counts that one expectation judges. Key: rule. Inputs: the counts of a table, and what its limits allow.

create or replace temp table counts as
select
    unnest($rules::varchar[]) as "rule",
    unnest($found::bigint[]) as found,
    unnest($allowed::bigint[]) as allowed;
