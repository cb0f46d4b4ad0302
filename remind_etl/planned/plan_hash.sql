-- The hash of a plan: 32 hexadecimal digits, the same for the same changes of the same files in any order.
-- Grain: one row. Inputs: landed.files. Outputs: none. $changes: the counts and hashes of the changes of each kind.

select
    md5(concat_ws(
        ':',
        (select string_agg(sent."name" || ' ' || sent.sha256, ',' order by sent."name") from landed.files as sent),
        $changes
    )) as plan_hash;
