-- The rows of the published tables that a record's explanation and page need, perhaps with some more. Each statement reads
-- one Parquet file, $file, by keys, so that it passes over most of it. of_record.py executes them in its own order.
-- Inputs: the published tables. Outputs: temporary tables with their names.

-- accounts: those that the record names.
create temp table accounts as
from read_parquet($file) where list_contains($accounts, account_id)
union all
from read_parquet($file)
where list_contains($persons, teacher_id) and list_contains($accounts, account_id) is not true
union all
from read_parquet($file)
where
    list_contains($persons, student_id)
    and (list_contains($accounts, account_id) or list_contains($persons, teacher_id)) is not true;

-- removed
create temp table removed as
from read_parquet($file)
where
    list_contains($accounts, id) or list_contains($classes, id)
    or list_contains($persons, teacher_id) or list_contains($persons, student_id);

-- guardian_lines: those of a guardian.
create temp table guardian_lines as
from read_parquet($file)
where list_contains($accounts, account_id);

-- sent_rows
create temp table sent_rows as
from read_parquet($file) where list_contains($persons, person_id)
union all
from read_parquet($file) where list_contains($classes, class_id) and list_contains($persons, person_id) is not true
union all
from read_parquet($file)
where
    list_contains($schools, school_id)
    and (list_contains($persons, person_id) or list_contains($classes, class_id)) is not true
union all
from read_parquet($file)
where
    "file" = 'students.csv' and list_contains($lines, line)
    and (list_contains($persons, person_id) or list_contains($schools, school_id)) is not true;

-- class_members
create temp table class_members as
from read_parquet($file) where list_contains($accounts, account_id)
union all
from read_parquet($file) where list_contains($classes, class_id) and list_contains($accounts, account_id) is not true;

-- contact_points
create temp table contact_points as
from read_parquet($file)
where list_contains($accounts, account_id);

-- school_members
create temp table school_members as
from read_parquet($file) where list_contains($accounts, account_id)
union all
from read_parquet($file) where list_contains($schools, school_id) and list_contains($accounts, account_id) is not true;

-- guardianships
create temp table guardianships as
from read_parquet($file) where list_contains($accounts, guardian_account_id)
union all
from read_parquet($file)
where list_contains($accounts, student_account_id) and list_contains($accounts, guardian_account_id) is not true;

-- classes
create temp table classes as
from read_parquet($file) where list_contains($classes, class_id)
union all
from read_parquet($file) where list_contains($schools, school_id) and list_contains($classes, class_id) is not true;

-- schools
create temp table schools as
from read_parquet($file)
where list_contains($schools, school_id);

-- changes: a delivered change is told of an account or a class. $keys are those of the records that the platform has. A change
-- of another record is no removal: keys of memberships begin with an account, from $first_member to $last_member.
create temp table changes as
from read_parquet($file)
where
    list_contains($keys, id)
    and (kind in ('accounts', 'classes') or (kind in ('school_members', 'guardianships') and state != 'go'))
union all
from read_parquet($file)
where
    state != 'go'
    and "action" != 'remove'
    and kind = 'school_members'
    and id >= $first_member and id < $last_member
    and list_bool_or(list_transform($accounts, lambda account: starts_with(id, account)))
    and not list_contains($keys, id)
union all
from read_parquet($file)
where
    state != 'go'
    and "action" != 'remove'
    and kind = 'guardianships'
    and list_bool_or(list_transform($accounts, lambda account: contains(id, account)))
    and not list_contains($keys, id);

-- reasons: one group of rows has most of them, and all its columns are read once.
create temp table reasons as
from read_parquet($file)
where list_contains($places, file_row_number);

-- rejected_ids: hashes of cells of rejected lines, if they are the record's.
select 1 where exists (
    from read_parquet($file)
    where found_by in ('raw/teachers', 'raw/students') and list_contains($ids, id)
);
