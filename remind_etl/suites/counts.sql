-- The table of counts that one expectation judges. Key: rule. Inputs: the counts of a table, and what its limits allow.

create or replace temp table counts (
    "rule" varchar not null,
    found bigint not null,
    allowed bigint not null
);

insert into counts
select
    unnest($rules),
    unnest($found),
    unnest($allowed);
