"""The accepted forms of each column that districts send, and an example that is a drop without a fault."""

from typing import Final

_ID: Final = "Any characters. Case and leading zeros count. Write it the same way in all files."
_NAME: Final = "Any text."
_EMAIL: Final = "One address. Capitals do not count."
_PHONE: Final = (
    "One number in any usual form: `(212) 555-0142`, `212.555.0142`, `+1 212 555 0142`, `12125550142`. An extension "
    "may follow."
)

FORMS: Final = {
    "school_id": _ID,
    "school_name": "Any text from which people recognise the school on the platform.",
    "teacher_id": _ID,
    "teacher_first_name": _NAME,
    "teacher_last_name": _NAME,
    "teacher_email": _EMAIL,
    "teacher_mobile_phone": _PHONE,
    "student_id": _ID,
    "student_first_name": _NAME,
    "student_last_name": _NAME,
    "dob": (
        "`YYYY-MM-DD`, `M/D/YYYY` or `YYYYMMDD`, from 1900 on and not in the future. The time of midnight may follow. "
        "If other dates have the day before the month, a date such as `5/6/2014` may have two meanings. It is not used "
        "then."
    ),
    "grade": (
        "`PK`, `TK`, `K`, `1` to `12` or `Ungraded`, and usual spellings: `09`, `9th`, `Grade 9`, `Ninth Grade`, `KG`, "
        "`Kindergarten`, `Freshman`. The codes of CEDS and PowerSchool too."
    ),
    "student_email": _EMAIL,
    "student_phone": _PHONE,
    "guardian_first_name": _NAME,
    "guardian_last_name": _NAME,
    "guardian_email": f"{_EMAIL} It is the guardian's own.",
    "guardian_phone": f"{_PHONE} It is the guardian's own.",
    "class_id": _ID,
    "class_name": _NAME,
    "user_id": "A student_id of students.csv, or a teacher_id of teachers.csv for a co-teacher.",
}
"""What a value of each column may look like."""

EXAMPLES: Final = {
    "school_id": "0101",
    "school_name": "Jackson Elementary School",
    "teacher_id": "T0042",
    "teacher_first_name": "Ana",
    "teacher_last_name": "Reyes",
    "teacher_email": "ana.reyes@example.org",
    "teacher_mobile_phone": "(212) 555-0142",
    "student_id": "0000016",
    "student_first_name": "Sam",
    "student_last_name": "Lee",
    "dob": "2015-04-23",
    "grade": "4",
    "student_email": "sam.lee@example.org",
    "student_phone": "212-555-0143",
    "guardian_first_name": "Kim",
    "guardian_last_name": "Lee",
    "guardian_email": "kim.lee@example.org",
    "guardian_phone": "212-555-0144",
    "class_id": "0101-0007",
    "class_name": "Algebra 1",
    "user_id": "0000016",
}
"""A value of each column. The rows of all files agree."""
