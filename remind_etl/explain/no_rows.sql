-- A published table that the district does not have yet. A district whose first drop is blocked has few.
-- Inputs: none. Outputs: ${table}.

create view ${table} as
select ${columns}
where false;
