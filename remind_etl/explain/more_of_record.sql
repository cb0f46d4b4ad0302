-- More rows of the same tables, which have other ids: those that the rows so far name. Each statement reads one Parquet
-- file, $file, by keys. Inputs: the published tables, and those of of_record.sql. Outputs: the same.

-- more_accounts: guardians and children, and the people of a class, of whom none was read before.
select ${columns} from read_parquet($file) where list_contains($accounts, account_id);

-- more_guardianships: those of guardians with another id, such as a teacher's.
select ${columns} from read_parquet($file)
where list_contains($accounts, guardian_account_id) and list_contains($students, student_id) is not true;

-- more_guardian_lines: those of a student's rows, of which none was read before.
select ${columns} from read_parquet($file) where list_contains($lines, line);

-- more_sent_rows: those of the people and classes of rejected enrollments.
select ${columns} from read_parquet($file)
where "file" != 'enrollments.csv' and (list_contains($persons, person_id) or list_contains($classes, class_id));

-- more_classes: those of members and of rows.
select ${columns} from read_parquet($file)
where list_contains($classes, class_id);

-- more_reasons: those at the lines of rejected enrollments that have its ids or protect its memberships.
select ${columns} from read_parquet($file)
where list_contains($lines, line) and not list_contains($places, file_row_number);

-- more_changes: those of a place in a class. Their keys begin with the place, from $first_place to $last_place.
select ${columns} from read_parquet($file)
where
    kind = 'class_memberships'
    and id >= $first_place and id < $last_place
    and list_bool_or(list_transform($places, lambda place: starts_with(id, place)));

-- creations: whether the last plan created the places that the platform has. Of a new kind, it has no change of each.
select 1 where exists (select 1 from read_parquet($file) where kind = 'class_memberships');

-- places_of_reasons: the numbers of the rows in their Parquet file, $file, that have one of the ids or lines.
-- Rejected lines have hashes as ids.
select file_row_number
from read_parquet($file)
where list_contains($keys, id)
union all
select file_row_number
from read_parquet($file)
where list_contains($persons, second_id)
union all
select file_row_number
from read_parquet($file)
where list_contains($lines, line);
