-- The required columns that the newest files lack. While one is missing, nobody knows which records the file has.
-- Grain: one row a column. Key: file, column. Inputs: the Parquet file $file of problems.

select distinct
    "file",
    "column"
from read_parquet($file)
where code = 'missing_column';
