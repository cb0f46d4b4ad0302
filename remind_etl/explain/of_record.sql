-- The rows of the published tables that a record's explanation and page need, perhaps with some more. Each statement reads
-- one Parquet file, $file, by keys, so that it passes over most of it. of_record.py executes them in its own order.
-- Inputs: the published tables. Outputs: temporary tables with their names.

-- accounts: those that the record names.
create temp table accounts as
from read_parquet($file) where list_contains($accounts, account_id)
union
from read_parquet($file) where list_contains($persons, teacher_id)
union
from read_parquet($file) where list_contains($persons, student_id);

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
union
from read_parquet($file) where list_contains($classes, class_id)
union
from read_parquet($file) where list_contains($schools, school_id)
union
from read_parquet($file) where "file" = 'students.csv' and list_contains($lines, line);

-- class_members
create temp table class_members as
from read_parquet($file) where list_contains($accounts, account_id)
union
from read_parquet($file) where list_contains($classes, class_id);

-- contact_points
create temp table contact_points as
from read_parquet($file)
where list_contains($accounts, account_id);

-- school_members
create temp table school_members as
from read_parquet($file) where list_contains($accounts, account_id)
union
from read_parquet($file) where list_contains($schools, school_id);

-- guardianships
create temp table guardianships as
from read_parquet($file) where list_contains($accounts, guardian_account_id)
union
from read_parquet($file) where list_contains($accounts, student_account_id);

-- classes
create temp table classes as
from read_parquet($file) where list_contains($classes, class_id)
union
from read_parquet($file) where list_contains($schools, school_id);

-- schools
create temp table schools as
from read_parquet($file);

-- changes: a delivered change is told of an account, a class, or a place in one.
create temp table changes as
from read_parquet($file)
where kind in ('accounts', 'classes') and list_contains($ids, id)
union all
from read_parquet($file)
where
    state != 'go'
    and kind in ('school_members', 'guardianships')
    and list_bool_or(list_transform($accounts, lambda account: contains(id, account)))
union all
from read_parquet($file)
where kind = 'class_memberships' and list_bool_or(list_transform($places, lambda place: starts_with(id, place)));

-- reasons: also those of every school, and of enrollments that lack an id.
create temp table reasons as
select reason.*
from read_parquet($file) as reason
where
    reason.kind = 'school'
    or list_contains($ids, reason.id)
    or list_contains($persons, reason.second_id)
    or list_contains(list_transform($ids, lambda one: md5(one)), reason.id)
    or (reason.kind = 'enrollment' and (reason.id is null or reason.second_id is null))
    or (
        reason.found_by = 'planned/changes'
        and (
            list_bool_or(list_transform($accounts, lambda account: contains(reason.id, account)))
            or list_bool_or(list_transform($classes, lambda class: starts_with(reason.id, class || '/')))
        )
    )
    or reason.line in (select sent.line from sent_rows as sent)
    or reason.line in (
        select other.line
        from read_parquet($file) as other
        where
            other.reason_code = 'unread'
            and (list_contains($ids, other.id) or list_contains($persons, other.second_id))
    );
