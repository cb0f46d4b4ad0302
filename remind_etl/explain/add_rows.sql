-- Puts rows into a table of an explanation. A row that it has already stays one. Inputs: none. Outputs: ${table}.

insert or ignore into ${table} (${names}) values (${places});
