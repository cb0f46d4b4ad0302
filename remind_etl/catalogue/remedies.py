"""Remedies of known causes, in the words of a district administrator.

A finding names one where it fits better than that of its code; problems and their groups tell it.
"""

from typing import Final

_EXPORT: Final = "Export again and do not save the file from a spreadsheet, or format the column as text before."
_ZIP: Final = "and upload it again."

VALUES: Final = {
    "lost_zeros": (
        f"Only zeros in front are missing, here or in the file that has the ids: a spreadsheet removed them. {_EXPORT}"
    ),
    "rounded": f"A spreadsheet shortened long numbers to the form 1.2E+11, and their last digits are lost. {_EXPORT}",
    "decimals": f"A spreadsheet made 101.0 of 101, here or in the file that has the ids. {_EXPORT}",
    "dates": f"A spreadsheet made dates of values such as 1-2. {_EXPORT}",
    "error_values": (
        "A spreadsheet wrote an error or a column's lack of room (#N/A, ####) in the place of values: "
        "mend the formula or widen the column, or export again."
    ),
    "formula": (
        'Values stand in a formula, ="0012", here or in the file that has the ids: '
        "write 0012 alone, and export from the source if you can."
    ),
    "curly_quotes": (
        "Curly quotes (“ ”) stand around values, here or in the file that has the ids, and hold nothing together: "
        'use straight ones ("), or leave them out, in all files at once.'
    ),
    "quotes": "Apostrophes or quotes stand around ids, here or in the file that has the ids: leave them out.",
    "unseen": (
        "Blanks or signs that cannot be seen stand inside ids, here or in the file that has the ids: "
        "write them the same way in all files."
    ),
    "capitals": "Only capital and small letters differ from the file that has the ids: write them the same way.",
    "serial_dates": "A spreadsheet wrote days as numbers, as 41912: format the column as YYYY-MM-DD, and save again.",
    "short_years": "Years have two digits: format the column as YYYY-MM-DD, and save again.",
    "days_first": (
        "Days stand before months, so days up to 12 were taken for months: format the whole column as YYYY-MM-DD."
    ),
    "times": "A time stands beside the day: format the column as YYYY-MM-DD, and save again.",
    "no_value": "Leave the cell blank where there is no value, instead of n/a, none or the like.",
}
"""What stands in a cell, or in the ids that it refers to."""

ROWS: Final = {
    "blank_columns": (
        "The rows end in blank values: delete the empty columns beside the table. If there are none, look for a comma "
        "inside a value, or a row broken over two lines, and put such values in double quotes."
    ),
    "totals": "The row is no record but a total: delete it, and switch totals off in the report.",
    "header_again": "The row repeats the header: delete it, and mind that no part of the export stands there twice.",
}
"""What a row is."""

FILES: Final = {
    "rows_above_header": "Delete the rows above the one with the names of the columns, and upload all files again.",
    "one_spelling": (
        "Capitals make no other name of it: keep the one with the current rows, delete the other, and upload all files "
        "again."
    ),
    "misnamed_file": "Name that file {file}, if it is CSV and no workbook, and upload all files again.",
    "quote_in_header": "Write the names of the columns without double quotes, and upload all files again.",
    "no_header": "Write the names of the columns in the first row, as in the template, and upload all files again.",
    "too_wide": "Delete what stands beside the table, empty columns too, and upload all files again.",
    "workbook": "Open the workbook, save it as CSV UTF-8, and upload all files again: a new name makes no CSV.",
    "web_page": "A web page was saved in its place: log in to the source, export again, and upload all files again.",
    "nothing": "Export the file again, look whether it has rows, and upload all files again.",
}
"""What a file is."""

ZIPS: Final = {
    "zip_of_files": f"Select the CSV files themselves, no folder, link or other zip, make a new zip of them {_ZIP}",
    "zip_each_once": f"Leave each file in the zip once, {_ZIP}",
    "zip_without_password": f"Make the zip without a password, {_ZIP} SFTP encrypts it on its way.",
    "zip_as_usual": f"Make the zip with the zip program of Windows or a Mac, {_ZIP}",
    "zip_of_rosters": f"Look what is in the zip: make a new one of the five CSV files, {_ZIP}",
    "zip_again": f"Make the zip anew, open it to check it, {_ZIP} The upload may have broken off.",
}
"""What a zip is."""

REMEDIES: Final = VALUES | ROWS | FILES | ZIPS
