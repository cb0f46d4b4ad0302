-- Writes the Parquet file of a table of which records are looked up by key. DuckDB writes a Bloom filter for a column with
-- a dictionary only: the limits let each column of a group have one, of as many values as the group has rows. A filter that
-- is wrong costs the reading of a group, and a class has 50 people to look for in each of many groups.
-- Inputs: rows_by_key. Outputs: none.

copy rows_by_key to ${file} ( -- noqa: PRS
    format parquet,
    compression zstd,
    row_group_size 16384,
    dictionary_size_limit 16384,
    string_dictionary_page_size_limit 100000000,
    bloom_filter_false_positive_ratio 0.0003
);
