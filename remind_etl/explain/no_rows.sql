-- A published table, without rows until those of a record are read. A district whose first drop is blocked has few tables.
-- Inputs: none. Outputs: ${table}.

create temp table ${table} as
select ${columns}
where false;
