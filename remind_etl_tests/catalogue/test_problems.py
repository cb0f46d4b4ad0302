from remind_etl.catalogue.problems import BY_CODE


def test_a_problem_that_creates_no_record_says_what_becomes_of_an_existing_one() -> None:
    """A known guardian or teacher is told the same sentence as a new one, and has an account."""
    told = {code: problem.message for code, problem in BY_CODE.items() if " is created" in problem.message}
    assert {*told} == {"teacher_without_email", "email_taken", "guardian_without_contact", "class_without_teacher"}
    assert all("No new" in message and "and an existing" in message for message in told.values())
