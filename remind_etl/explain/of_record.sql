-- The rows of the published tables that a record's explanation and page need, perhaps with some more. Each statement reads
-- one Parquet file, $file, by keys, so that it passes over most of it. of_record.py executes them in its own order.
-- Of each, it reads the columns that tables.sql has. Inputs: the published tables. Outputs: none.

-- accounts: those that the record names, and their guardians and children. $students have no known account.
select ${columns} from read_parquet($file) where list_contains($accounts, account_id)
union all
select ${columns} from read_parquet($file)
where list_contains($persons, teacher_id) and list_contains($accounts, account_id) is not true
union all
select ${columns} from read_parquet($file)
where
    list_contains($students, student_id)
    and (list_contains($accounts, account_id) or list_contains($persons, teacher_id)) is not true;

-- removed
select ${columns} from read_parquet($file)
where
    list_contains($accounts, id) or list_contains($classes, id)
    or list_contains($persons, teacher_id) or list_contains($persons, student_id);

-- guardian_lines: those of a guardian.
select ${columns} from read_parquet($file)
where list_contains($accounts, account_id);

-- sent_rows
select ${columns} from read_parquet($file) where list_contains($persons, person_id)
union all
select ${columns} from read_parquet($file)
where list_contains($classes, class_id) and list_contains($persons, person_id) is not true
union all
select ${columns} from read_parquet($file)
where
    list_contains($schools, school_id)
    and (list_contains($persons, person_id) or list_contains($classes, class_id)) is not true
union all
select ${columns} from read_parquet($file)
where
    "file" = 'students.csv' and list_contains($lines, line)
    and (list_contains($persons, person_id) or list_contains($schools, school_id)) is not true;

-- class_members
select ${columns} from read_parquet($file) where list_contains($accounts, account_id)
union all
select ${columns} from read_parquet($file)
where list_contains($classes, class_id) and list_contains($accounts, account_id) is not true;

-- contact_points
select ${columns} from read_parquet($file)
where list_contains($accounts, account_id);

-- school_members
select ${columns} from read_parquet($file) where list_contains($accounts, account_id)
union all
select ${columns} from read_parquet($file)
where list_contains($schools, school_id) and list_contains($accounts, account_id) is not true;

-- guardianships: those of an account or a student. They name the accounts that are read with the record's own.
select ${columns} from read_parquet($file) where list_contains($accounts, guardian_account_id)
union all
select ${columns} from read_parquet($file)
where list_contains($persons, student_id) and list_contains($accounts, guardian_account_id) is not true
union all
select ${columns} from read_parquet($file)
where
    list_contains($accounts, student_account_id)
    and (list_contains($accounts, guardian_account_id) or list_contains($persons, student_id)) is not true;

-- classes
select ${columns} from read_parquet($file) where list_contains($classes, class_id)
union all
select ${columns} from read_parquet($file)
where list_contains($schools, school_id) and list_contains($classes, class_id) is not true;

-- schools
select ${columns} from read_parquet($file)
where list_contains($schools, school_id);

-- changes: a delivered change is told of an account or a class. $keys are those of the records that the platform has. A change
-- of another record is no removal: keys of memberships begin with an account, from $first_member to $last_member.
select ${columns} from read_parquet($file)
where
    list_contains($keys, id)
    and (kind in ('accounts', 'classes') or (kind in ('school_members', 'guardianships') and state != 'go'))
union all
select ${columns} from read_parquet($file)
where
    state != 'go'
    and "action" != 'remove'
    and kind = 'school_members'
    and id >= $first_member and id < $last_member
    and list_bool_or(list_transform($accounts, lambda account: starts_with(id, account)))
    and not list_contains($keys, id)
union all
select ${columns} from read_parquet($file)
where
    state != 'go'
    and "action" != 'remove'
    and kind = 'guardianships'
    and list_bool_or(list_transform($accounts, lambda account: contains(id, account)))
    and not list_contains($keys, id);

-- reasons: one group of rows has most of them, and all its columns are read once.
select ${columns} from read_parquet($file)
where list_contains($places, file_row_number);

-- rejected_ids: hashes of cells of rejected lines, if they are the record's.
select 1 where exists (
    select 1 from read_parquet($file)
    where found_by in ('raw/teachers', 'raw/students') and list_contains($ids, id)
);
