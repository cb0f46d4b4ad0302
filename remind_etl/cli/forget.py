"""`forget`: erase a district or a student for good."""

from typing import Annotated

import typer

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument, Yes


def forget(
    district: DistrictArgument,
    student: Annotated[str | None, typer.Option(metavar="STUDENT_ID", help="Erase only this student.")] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase a district, or one of its students, from every store for good. No other command deletes records."""
    from remind_etl.operations.forget import Forgetting

    stores.required_home()
    forgetting = Forgetting()
    forgetting.required(district)
    whom = f"student {student!r} of {district}" if student is not None else f"the district {district}"
    say.agreed(f"Erase {whom} for good?", yes)
    done = forgetting.district(district) if student is None else forgetting.student(district, student)
    if as_json:
        say.document({"district": district, "student": student, "erased": done.erased, "not_erased": done.not_erased})
        return
    say.table(("erased", "count"), done.erased.items())
    for sentence in done.not_erased:
        say.note(sentence)
    if student is not None:
        say.note(f"To publish the tables again, run `remind-etl sync {district}`.")
