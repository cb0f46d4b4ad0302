"""Remedies of known causes, in the words of a district's own screens.

A finding names a remedy if it fits better than the remedy of the finding's code. Problems and their groups show it.
"""

from typing import Final

_SPREADSHEET: Final = (
    "Export the file again. Do not open it in a spreadsheet program before the upload. If you must open it there, "
    "import the column as text."
)
_EITHER: Final = "in this file or in the file that lists the ids"
_FORMAT: Final = "Format the column as YYYY-MM-DD and save again."
_UPLOAD: Final = "Then upload all files again."
_ZIP: Final = "Then upload the zip again."

VALUES: Final = {
    "lost_zeros": (f"A spreadsheet program removed the zeros at the start of ids, {_EITHER}. {_SPREADSHEET}"),
    "rounded": (
        "A spreadsheet program shortened long numbers to the form 1.2E+11. Their last digits are lost. " + _SPREADSHEET
    ),
    "decimals": f"A spreadsheet program changed 101 to 101.0, {_EITHER}. {_SPREADSHEET}",
    "dates": f"A spreadsheet program changed values such as 1-2 to dates. {_SPREADSHEET}",
    "error_values": (
        "A spreadsheet program wrote an error (#N/A), or the sign of a narrow column (####), instead of the value. "
        "Correct the formula, widen the column, or export again."
    ),
    "null_words": (
        "The export wrote NULL, None or a similar word instead of the value. Fill in the value. If the row is not a "
        "real record, delete it."
    ),
    "formula": (
        f'Values are written as a formula (="0012"), {_EITHER}. Write only 0012. If you can, use the original export '
        "instead of a file from a spreadsheet program."
    ),
    "curly_quotes": (
        f"Curly quotes (“ ”) stand around values, {_EITHER}. They do not work as quotes. "
        'Use straight quotes (") or remove the quotes, in all files at the same time.'
    ),
    "quotes": f"Apostrophes or quotes stand around ids, {_EITHER}. Remove them.",
    "unseen": f"Spaces or invisible characters are inside ids, {_EITHER}. Write the ids the same way in all files.",
    "accents": (
        f"Letters with accents are stored in two ways or have lost the accents, {_EITHER}. Export all files from the "
        "same program."
    ),
    "capitals": (
        "The id differs only in upper and lower case from the file that lists the ids. Write it the same way in both "
        "files."
    ),
    "serial_dates": f"A spreadsheet program wrote dates as numbers, such as 41912. {_FORMAT}",
    "short_years": f"The years have only two digits. {_FORMAT}",
    "days_first": ("The day is written before the month. Format the whole column as YYYY-MM-DD and save again."),
    "times": f"A time is written next to the date. {_FORMAT}",
    "made_up_phones": (
        "The number is a placeholder and not a real phone. If the person has no phone, leave the cell empty."
    ),
    "no_value": "If there is no value, leave the cell empty. Do not write n/a, none or similar words.",
}
"""Remedies for the text of a cell, or of an id that the cell refers to."""

ROWS: Final = {
    "blank_columns": (
        "The rows end with empty values. Delete the empty columns to the right of the table. If the table has no such "
        "columns, look for a comma inside a value, or for a row that is split over two lines. Put double quotes around "
        "the whole value."
    ),
    "totals": "The row is a total and not a real record. Delete it, and switch off totals in the export.",
    "footers": (
        "The line is a message of the program that made the file, such as a number of rows. Delete it, and switch it "
        "off in the export."
    ),
    "header_again": (
        "The row repeats the header. Delete it. If several exports were joined to one file, check that each is in it "
        "only once."
    ),
    "unended_row": (
        "This is the last row, and no line end follows it. Perhaps the file was cut off inside this row. Compare the "
        f"row with the original export. If they differ, export the file again. {_UPLOAD} If they are equal, correct "
        "the value there."
    ),
}
"""Remedies for a row that should not be there, or may not be whole."""

FILES: Final = {
    "rows_above_header": f"Delete the rows above the column names. {_UPLOAD}",
    "one_spelling": (
        "Two files have names that differ only in upper and lower case. Keep the current one and delete the other. "
        + _UPLOAD
    ),
    "misnamed_file": (
        "Change the name of that file to exactly {file}, without a space at the end. If it is a workbook, first save "
        f"it as CSV UTF-8. If it is compressed, first unpack it, or put all files into one zip. {_UPLOAD}"
    ),
    "current_data": (
        "The export should have only the data of the current school year. Remove all other data. If you need all of "
        f"it, ask us for a higher limit. {_UPLOAD}"
    ),
    "quote_in_header": f"Write the column names without double quotes. {_UPLOAD}",
    "no_header": f"Write the column names in the first row, as in the template. {_UPLOAD}",
    "too_wide": f"Delete everything to the right of the table, also empty columns. {_UPLOAD}",
    "workbook": f"Open the workbook and save it as CSV UTF-8. A new file name is not enough. {_UPLOAD}",
    "web_page": (
        "A web page was saved instead of the file. Log in to your student information system and export the file "
        f"again. {_UPLOAD}"
    ),
    "nothing": f"Export the file again and check that it has rows. {_UPLOAD}",
}
"""Remedies for a whole file."""

ZIPS: Final = {
    "zip_of_files": (
        f"Select the CSV files themselves, not a folder, a link or another zip. Make a new zip of them. {_ZIP}"
    ),
    "zip_each_once": f"Put each file into the zip only once. {_ZIP}",
    "zip_without_password": f"Make the zip without a password. SFTP already encrypts the upload. {_ZIP}",
    "zip_as_usual": f"Make the zip with the zip program of Windows or macOS. {_ZIP}",
    "zip_of_rosters": f"Check what is in the zip. Make a new zip of the five CSV files. {_ZIP}",
    "zip_again": f"Perhaps the upload stopped too early. Make the zip again and open it to check it. {_ZIP}",
}
"""Remedies for a zip."""

REMEDIES: Final = VALUES | ROWS | FILES | ZIPS
