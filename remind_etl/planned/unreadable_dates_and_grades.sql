-- A student keeps the delivered date of birth or grade if today's cell for it cannot be read.
-- Grain: one row a student. Key: change_id.
-- Inputs: valid.unreadable_values. Outputs: planned.account_changes.

update planned.account_changes
set new_dob = old_dob
where
    "action" in ('update', 'revive')
    and new_dob is null
    and new_student_id in (select cell.student_id from valid.unreadable_values as cell where cell.kind = 'dob');

update planned.account_changes
set new_grade = old_grade
where
    "action" in ('update', 'revive')
    and new_grade is null
    and new_student_id in (select cell.student_id from valid.unreadable_values as cell where cell.kind = 'grade');
