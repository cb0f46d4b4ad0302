"""`admins` and `operators`: who signs in to the SIS Sync pages."""

from typing import TYPE_CHECKING, Annotated

import typer

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument

if TYPE_CHECKING:
    from remind_etl.decided.page_users import PageUser

admins = typer.Typer(
    no_args_is_help=True, help="Add administrators of a district, list or remove them, or replace a password."
)
operators = typer.Typer(
    no_args_is_help=True, help="Add operators, who see the pages of all districts, list or remove them."
)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The email that the person signs in with.")]
ONCE = "Write the password down now. Only its hash is stored."
KNOWN = "This person signs in already, so the password stays."


@admins.command("add")
def add_administrator(district: DistrictArgument, email: Email, as_json: AsJson = False) -> None:
    """Let a person see and decide on a district's pages. The password is shown only once."""
    _tell(email, stores.decisions().add_administrator(district, email), as_json)


@admins.command("list")
def list_administrators(district: DistrictArgument, as_json: AsJson = False) -> None:
    """List the administrators of a district."""
    _show(stores.decisions().administrators(district), as_json)


@admins.command("remove")
def remove_administrator(district: DistrictArgument, email: Email) -> None:
    """Take a district's pages from a person at once."""
    stores.decisions().remove_administrator(district, email)
    say.note(f"This person sees the pages of {district} no longer.")


@admins.command("password")
def replace_password(email: Email, as_json: AsJson = False) -> None:
    """Replace the password of an administrator or operator, and end their sessions."""
    _tell(email, stores.decisions().new_page_password(email), as_json)


@operators.command("add")
def add_operator(email: Email, as_json: AsJson = False) -> None:
    """Let a person see and decide on the pages of all districts. The password is shown only once."""
    _tell(email, stores.decisions(may_make=True).add_operator(email), as_json)


@operators.command("list")
def list_operators(as_json: AsJson = False) -> None:
    """List the operators."""
    _show(stores.decisions().operators(), as_json)


@operators.command("remove")
def remove_operator(email: Email) -> None:
    """Take all districts from a person at once, except those that they administer."""
    stores.decisions().remove_operator(email)
    say.note("This person is no operator any more.")


@operators.command("sign-ins")
def list_sign_ins(
    most: Annotated[int, typer.Option("--most", min=1, help="How many are shown.")] = 100, as_json: AsJson = False
) -> None:
    """List who signed in or out, and who could not, the newest first. Each person is a number, with their email."""
    store = stores.decisions()
    found = store.sign_ins(most)
    emails = {user.user_id: user.email for user in map(store.page_user, {x.user_id for x in found}) if user}
    rows = [(x.at, x.what, x.user_id, emails.get(x.user_id, "")) for x in found]
    if as_json:
        say.document([dict(zip(("at", "what", "user_id", "email"), row, strict=True)) for row in rows])
    else:
        say.table(("at", "what", "user_id", "email"), rows)


def _tell(email: str, password: str | None, as_json: bool) -> None:
    login = {"email": email.strip().lower(), "password": password}
    if as_json:
        say.document(login)
    else:
        say.table(("what", "value"), [(name, value) for name, value in login.items() if value])
        say.note(ONCE if password else KNOWN)


def _show(users: list["PageUser"], as_json: bool) -> None:
    if as_json:
        say.document([{"email": u.email, "operator": u.is_operator, "districts": u.districts} for u in users])
    else:
        shown = [(u.email, "yes" if u.is_operator else "no", ", ".join(u.districts)) for u in users]
        say.table(("email", "operator", "districts"), shown)
