-- What an earlier try of reading a file left beside its table.

delete from raw.files where "file" = $file;

delete from raw.rejects where "file" = $file;

delete from raw.gaps where "file" = $file;
