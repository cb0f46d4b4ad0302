-- A published table written to a file, in the order of the formats. Inputs: published (a relation), $target.
-- noqa: disable=PRS

copy (from published) to $target (format csv, header);

copy (from published) to $target (format json, array true);

copy (from published) to $target (format parquet, compression zstd);
