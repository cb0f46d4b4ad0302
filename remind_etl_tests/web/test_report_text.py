"""The text of a report as part of a page."""

import re

from remind_etl.web.markdown import as_html

TABLES = """| file | rows "sent" |
|---|---|
| schools.csv | 3 |
| `x` | <b> |

| code | what |
|---|---|
| invalid_dob | The day is not a day of the calendar, or it is in the future. |
"""


def test_each_cell_of_a_report_has_its_heading_for_a_phone_where_no_heading_is_shown() -> None:
    shown = str(as_html(TABLES))

    labels = re.findall(r'<td data-label="([^"]+)"', shown)
    assert labels == [*["file", "rows &#34;sent&#34;"] * 2, "code", "what"]
    assert shown.count('<table class="cards">') == 2
    assert shown.count('<th scope="col">') == 4
    assert 'data-label="what" class="prose"' in shown
    assert "<b>" not in shown
