"""How pages show what others have written."""

import pytest

from remind_etl.web.rendering import MARK, render
from remind_etl_tests.web.conftest import ADMIN, Pages

UNSEEN = ["\u202e", "\u2066", "\u200f", "\u200b", "\u2028", "\x1b", "\x7f", "\x85", "\ufeff"]


@pytest.mark.parametrize("sign", UNSEEN)
def test_a_sign_that_nobody_can_see_is_shown_as_a_mark_on_each_page(pages: Pages, sign: str) -> None:
    browser = pages.browser(ADMIN)
    browser.get("/d/oak/find")

    shown = browser.post("/d/oak/find", {"record": f"Ana{sign}Ortiz"}).text

    assert f'value="Ana{MARK}Ortiz"' in shown
    assert sign not in shown


def test_signs_of_languages_and_of_emojis_stay_and_so_do_values_that_a_button_sends() -> None:
    kept = "\u0645\u06cc\u200c\u062e \U0001f469\u200d\U0001f3eb \u00c9lo\u00efse\n\t"
    shared = {"token": "t", "user": None, "district": None, "said": None, "follows": False, "dagster": "", "path": "/"}
    run = {"shows_run": "", "goes_on": False, "shown_run": "", "at": str, "paused": ""}
    shown = render("message.html", shared | run | {"title": "Title", "message": f"{kept} a\u202eb"})
    form = {"message": "", "email": "", "provider": "", "has_passwords": True}
    sent = render("sign_in.html", shared | run | form | {"token": "a\u202eb"})

    assert f"{kept} a{MARK}b" in shown
    assert 'name="token" value="a\u202eb"' in sent
