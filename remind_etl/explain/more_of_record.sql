-- More rows of the same tables, which have other ids: those that the rows so far name. Each statement reads one Parquet
-- file, $file, by keys. Inputs: the published tables, and those of of_record.sql. Outputs: the same.

-- more_accounts: guardians and children, and the people of a class, of whom none was read before.
insert into accounts by name
from read_parquet($file) where list_contains($accounts, account_id);

-- more_guardianships: those of guardians with another id, such as a teacher's.
insert into guardianships by name
from read_parquet($file) where list_contains($accounts, guardian_account_id) and list_contains($students, student_id) is not true;

-- more_guardian_lines: those of a student's rows, of which none was read before.
insert into guardian_lines by name
from read_parquet($file) where list_contains($lines, line);

-- more_sent_rows: those of the people and classes of rejected enrollments.
insert into sent_rows by name
select found.*
from read_parquet($file) as found
anti join sent_rows as known on found."file" = known."file" and found.line = known.line
where found."file" != 'enrollments.csv' and (list_contains($persons, found.person_id) or list_contains($classes, found.class_id));

-- more_classes: those of members and of rows.
insert into classes by name
select found.*
from read_parquet($file) as found
anti join classes as known on found.class_id = known.class_id
where list_contains($classes, found.class_id);

-- more_reasons: those at the lines of rejected enrollments that have its ids.
insert into reasons by name
from read_parquet($file)
where list_contains($lines, line) and not list_contains($places, file_row_number);

-- more_changes: those of a place in a class. Their keys begin with the place, from $first_place to $last_place.
insert into changes by name
from read_parquet($file)
where
    kind = 'class_memberships'
    and id >= $first_place and id < $last_place
    and list_bool_or(list_transform($places, lambda place: starts_with(id, place)));

-- creations: of a new kind, the last plan created each place that the platform has. Guardians have none of their own.
insert into changes by name
select
    'class_memberships' as kind,
    concat_ws('/', class_id, account_id, "role") as id,
    'create' as "action",
    'go' as state
from class_members
where
    "role" != 'guardian'
    and list_contains($places, concat_ws('/', class_id, account_id, ''))
    and exists (from read_parquet($file) where kind = 'class_memberships');

-- reasons_without_ids: those of enrollments. One of them may be why a membership is protected.
insert into reasons by name
from read_parquet($file)
where kind = 'enrollment' and id is null and second_id is null;
