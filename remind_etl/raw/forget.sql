-- Forgets what an earlier try of reading a file left beside its table.
-- Grain: one row a fact of the file. Key: file. Inputs: none.
-- Outputs: raw.files, raw.rejects, raw.gaps, raw.inner_cells, raw.repairs.

delete from raw.files
where "file" = $file;

delete from raw.rejects
where "file" = $file;

delete from raw.gaps
where "file" = $file;

delete from raw.inner_cells
where "file" = $file;

delete from raw.repairs
where "file" = $file;
