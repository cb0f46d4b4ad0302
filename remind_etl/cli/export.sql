-- A published table written to a file, in the order of the formats. Inputs: published (a relation), $target.

copy (from published) to $target (format csv, header); -- noqa: PRS

copy (from published) to $target (format json, array true); -- noqa: PRS

copy (from published) to $target (format parquet, compression zstd); -- noqa: PRS
