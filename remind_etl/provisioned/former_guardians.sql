-- Drops matches with a former guardian of the student, if the student's present guardians of that name have accounts
-- enough for all guardians of that name in the files.
-- Inputs: provisioned_steps.guardian_matches, provisioned_steps.known_accounts.
-- Outputs: provisioned_steps.guardian_matches.

delete from provisioned_steps.guardian_matches
where (student, known) in (
    with students_with_former_guardian as (
        select student
        from provisioned_steps.guardian_matches
        where is_removed
    ),

    matches_of_those_students as (
        from provisioned_steps.guardian_matches
        where student in (from students_with_former_guardian)
    )

    select (matched.student, matched.known)
    from matches_of_those_students as matched
    inner join provisioned_steps.known_accounts as account on matched.known = account.known
    qualify
        matched.is_removed
        and count(distinct matched.person) over (partition by matched.student, account.name_key)
        <= count(distinct matched.known) filter (where not matched.is_removed)
            over (partition by matched.student, account.name_key)
);
