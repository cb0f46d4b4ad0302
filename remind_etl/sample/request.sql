-- What was asked for.
-- grain: one row   inputs: $students, $seed, $untidy (rows per million)
create table request as
select
    $students::bigint as students,
    $seed::bigint as seed,
    $untidy::bigint as untidy;
