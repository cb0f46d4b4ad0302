-- A published table of which nothing is needed, or that the district does not have yet. A district whose first drop is
-- blocked has few. Inputs: none. Outputs: ${table}.

create temp table ${table} as
select ${columns}
where false;
