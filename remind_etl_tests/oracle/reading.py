"""A drop as the format's law reads it: readable rows, and rejected lines with what stands in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from remind_etl_tests.oracle import values
from remind_etl_tests.oracle.values import Name, Value

REQUIRED: Final = {
    "schools": ("school_id", "school_name"),
    "teachers": ("school_id", "teacher_id", "teacher_first_name", "teacher_last_name", "teacher_email"),
    "students": ("school_id", "student_id", "student_first_name", "student_last_name"),
    "classes": ("school_id", "class_id", "teacher_id", "class_name"),
    "enrollments": ("school_id", "class_id", "user_id"),
}
FILES: Final = tuple(REQUIRED)


@dataclass(frozen=True)
class Row:
    """A record of a file that can be read, by column."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def guardian(self) -> "Guardian":
        """The guardian of a row of students.csv."""
        return Guardian(
            values.full(self["guardian_first_name"], self["guardian_last_name"]),
            values.email(self["guardian_email"]),
            values.phone(self["guardian_phone"]),
        )

    def name(self, who: str) -> Name:
        """The full name of the `teacher` or `student`, to be compared."""
        return values.full(self[f"{who}_first_name"], self[f"{who}_last_name"])


@dataclass(frozen=True)
class Guardian:
    """What a row says of a guardian."""

    name: Name
    email: Value
    phone: Value

    @property
    def contacts(self) -> set[tuple[str, str]]:
        """The contact points that can be read."""
        found = {("email", self.email), ("phone", self.phone)}
        return {(kind, value) for kind, value in found if isinstance(value, str)}

    @property
    def is_blank(self) -> bool:
        """Whether the row names no guardian."""
        return not any(self.name) and self.email is None and self.phone is None

    @property
    def is_unreadable(self) -> bool:
        """Whether a contact cannot be read."""
        return values.UNREADABLE in (self.email, self.phone)


@dataclass(frozen=True)
class Reject:
    """A line that is no record of its file, and every text in it that may be an id, a contact or a name."""

    file: str
    line: int
    texts: frozenset[str]


@dataclass
class Reading:
    """A drop."""

    sent: set[str] = field(default_factory=set)
    rows: dict[str, list[Row]] = field(default_factory=lambda: {file: [] for file in FILES})
    rejects: list[Reject] = field(default_factory=list)
    is_blocked: bool = False
    unended: set[str] = field(default_factory=set)
    """Files without a final line end."""
    texts: dict[str, str] = field(default_factory=dict)


def texts_of(line: str) -> frozenset[str]:
    """Every token of a line, however it is cut."""
    parts = {part.strip() for part in re.split(r"[,;|\t\"]", line)}
    return frozenset(part for part in parts if part)


def split(line: str, delimiter: str = ",") -> list[str] | None:
    """The cells of a line, trimmed; None if its quotes are malformed."""
    cells, rest = [], line
    while True:
        if rest.startswith('"'):
            match = re.match(r'"((?:[^"]|"")*)"(?=[,;\t|]|$)', rest)
            if not match:
                return None
            cells.append(match[1].replace('""', '"').strip())
            rest = rest[match.end() :]
        else:
            end = rest.find(delimiter)
            cell, rest = (rest, "") if end < 0 else (rest[:end], rest[end:])
            if '"' in cell:
                return None
            cells.append(cell.strip())
        if not rest:
            return cells
        if not rest.startswith(delimiter):
            return None
        rest = rest[1:]


def read(files: Mapping[str, str]) -> Reading:
    """The drop with these texts by file name."""
    reading = Reading()
    for file in FILES:
        text = files.get(f"{file}.csv")
        if text is None:
            continue
        reading.sent.add(file)
        reading.texts[file] = text
        _read_file(reading, file, text)
    is_whole = {"schools", "teachers", "students"} <= reading.sent
    has_people = all(reading.rows[file] for file in ("schools", "teachers", "students"))
    rosters = {"classes", "enrollments"} & reading.sent
    reading.is_blocked |= not is_whole or not has_people or len(rosters) == 1
    _refer(reading)
    return reading


def _read_file(reading: Reading, file: str, text: str) -> None:
    lines = text.split("\n")
    header = lines[0].split(",")
    ends = not lines[-1]
    if ends:
        lines.pop()
    else:
        reading.unended.add(file)
    for number, line in enumerate(lines[1:], 2):
        cells = split(line)
        reading.is_blocked |= not ends and number == len(lines) and _ends_early(line, len(header))
        if not line.strip(" ,"):
            continue
        if cells is None or len(cells) != len(header):
            _repair(reading, file, number, line, header)
            reading.rejects.append(Reject(file, number, texts_of(line)))
            continue
        row = Row(file, number, dict(zip(header, cells, strict=True)))
        if any(values.is_blank(row[column]) for column in REQUIRED[file]):
            reading.rejects.append(Reject(file, number, texts_of(line)))
        else:
            reading.rows[file].append(row)


def _ends_early(line: str, columns: int) -> bool:
    """True if a line lacks cells, or ends within a quoted cell."""
    bare = re.sub(r'(^|,)"(?:[^"]|"")*"(?=,|$)', r"\1", line)
    opened = re.search(r'(?:^|,)".*', bare)
    return bare.count(",") < columns - 1 or (opened is not None and opened[0].count('"') % 2 == 1)


def _repair(reading: Reading, file: str, number: int, line: str, header: list[str]) -> None:
    """Add the row of a line that reads well after a repair. It protects as a rejected line does, too."""
    whole = line[1:-1] if line.startswith('"') and line.endswith('"') else ""
    for cells in (split(whole), split(line, ";"), split(line, "\t")):
        if cells and len(cells) == len(header):
            row = Row(file, number, dict(zip(header, cells, strict=True)))
            if not any(values.is_blank(row[column]) for column in REQUIRED[file]):
                reading.rows[file].append(row)
            return


def _refer(reading: Reading) -> None:
    """Reject the rows whose school is in no row of schools.csv."""
    schools = {row["school_id"] for row in reading.rows["schools"]}
    for file in FILES[1:]:
        lost = [row for row in reading.rows[file] if row["school_id"] not in schools]
        reading.rows[file] = [row for row in reading.rows[file] if row["school_id"] in schools]
        for row in lost:
            reading.rejects.append(Reject(file, row.line, frozenset(v for v in row.cells.values() if v)))
