"""Random histories: days of a district of neighbourhoods, each with schools, people and faults of its own.

A history follows from its seed. Neighbourhoods share no id, surname or contact point, so that one district-day tries as
many families as there are neighbourhoods.
"""

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

from remind_etl.schema import upload

HEADERS: Final = {file.file_name: [column.name for column in file.columns] for file in upload.FILES}
FIRST_NAMES: Final = (
    *("Ann", "Bob", "Cem", "Dee", "Eve", "Gus", "Hal", "Ida", "Joy", "Kit", "Lou", "Max"),
    *("Nia", "Ozan", "Pia", "Quin", "Roy", "Sue", "Tom", "Uma", "Vic", "Wen", "Yul", "Zoe"),
)
_SURNAMES: Final = (
    *("Abbott", "Bishop", "Castro", "Dudley", "Ellery", "Fowler", "Grimes", "Hughes", "Irving", "Jarvis"),
    *("Kemper", "Ludlow", "Mercer", "Norton", "Osgood", "Pruitt", "Quaife", "Rowley", "Sutter", "Thorpe"),
    *("Upshaw", "Vernon", "Walton", "Xavier", "Yeager", "Zimmer", "Ackroyd", "Bolling", "Crosby", "Devlin"),
    *("Eubank", "Fincher", "Gorham", "Hobart", "Ingram", "Judkins", "Kirwan", "Lockhart", "Munroe", "Nesbit"),
    *("Olmsted", "Padgett", "Quimby", "Rucker", "Shelton", "Tuttle", "Umland", "Vickers", "Wyckoff", "Yancey"),
    *("Zoller", "Bancroft", "Chisholm", "Dunbar", "Everett", "Farnham"),
)
_TURNED: Final = tuple(name[::-1].capitalize() for name in _SURNAMES)
_HALVED: Final = tuple((name[3:] + name[:3]).capitalize() for name in (*_SURNAMES, *_TURNED))
SURNAMES: Final = (*_SURNAMES, *_TURNED, *_HALVED)
NAMES_EACH: Final = 4
MOST_NEIGHBOURHOODS: Final = len(SURNAMES) // NAMES_EACH


@dataclass
class Guardian:
    """A guardian as a school's office keeps them. Two children may share one."""

    first: str
    last: str
    email: str = ""
    phone: str = ""

    @property
    def cells(self) -> list[str]:
        return [self.first, self.last, self.email, self.phone]


@dataclass
class Student:
    """A student at one school or at two."""

    id: str
    schools: list[str]
    first: str
    last: str
    dob: str = ""
    grade: str = "9"
    email: str = ""
    phone: str = ""
    guardians: list[Guardian] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        own = [self.id, self.first, self.last, self.dob, self.grade, self.email, self.phone]
        for school in self.schools:
            for guardian in self.guardians or [Guardian("", "")]:
                yield ",".join([school, *own, *guardian.cells])


@dataclass
class Teacher:
    """A teacher at one school or at two."""

    id: str
    schools: list[str]
    first: str
    last: str
    email: str
    phone: str = ""

    def lines(self) -> Iterator[str]:
        for school in self.schools:
            yield ",".join([school, self.id, self.first, self.last, self.email, self.phone])


@dataclass
class Class:
    """A class with the people of enrollments.csv."""

    id: str
    school: str
    teacher: str
    name: str
    users: list[str] = field(default_factory=list)


@dataclass
class Neighbourhood:
    """Schools and families that know nothing of the other neighbourhoods."""

    number: int
    rng: random.Random
    schools: list[str] = field(default_factory=list)
    teachers: list[Teacher] = field(default_factory=list)
    students: list[Student] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    gone: list[Teacher | Student] = field(default_factory=list)
    serial: int = 0

    def __post_init__(self) -> None:
        n = self.number
        self.schools = [f"S{n}a", f"S{n}b"][: self.rng.choice((1, 2, 2))]
        for _ in range(self.rng.randint(1, 3)):
            self.teacher_comes()
        for _ in range(self.rng.randint(2, 4)):
            self.student_comes()
        for _ in range(self.rng.randint(1, 2)):
            self.class_comes()

    # Inventing

    def next(self, prefix: str) -> str:
        self.serial += 1
        return f"{prefix}{self.number}{'abcdefghij'[self.serial % 10]}{self.serial}"

    def first(self) -> str:
        return self.rng.choice(FIRST_NAMES)

    def last(self) -> str:
        at = self.number * NAMES_EACH
        return self.rng.choice(SURNAMES[at : at + NAMES_EACH])

    def email(self) -> str:
        return f"{self.next('e')}@example.org"

    def phone(self) -> str:
        self.serial += 1
        return f"212555{(self.number * 137 + self.serial) % 10000:04}"

    def guardian(self) -> Guardian:
        how = self.rng.choice(("both", "email", "email", "phone"))
        return Guardian(
            self.first(),
            self.last(),
            self.email() if how != "phone" else "",
            self.phone() if how != "email" else "",
        )

    # What changes from day to day

    def teacher_comes(self) -> None:
        schools = self.rng.sample(self.schools, self.rng.choice((1, 1, len(self.schools))))
        phone = self.rng.choice(("", self.phone()))
        self.teachers.append(Teacher(self.next("T"), schools, self.first(), self.last(), self.email(), phone))

    def student_comes(self) -> None:
        known = [guardian for student in self.students for guardian in student.guardians]
        guardians = [
            self.rng.choice(known) if known and self.rng.random() < 0.35 else self.guardian()
            for _ in range(self.rng.choice((0, 1, 1, 2, 2)))
        ]
        unique = list({id(guardian): guardian for guardian in guardians}.values())
        self.students.append(
            Student(
                self.next("P"),
                [self.rng.choice(self.schools)],
                self.first(),
                self.last(),
                self.rng.choice(("", f"201{self.rng.randint(0, 5)}-0{self.rng.randint(1, 9)}-11")),
                self.rng.choice(("", "9", "K", "11")),
                self.rng.choice(("", "", self.email())),
                self.rng.choice(("", "", self.phone())),
                unique,
            )
        )

    def class_comes(self) -> None:
        if not self.teachers:
            return
        teacher = self.rng.choice(self.teachers)
        school = self.rng.choice(teacher.schools)
        there = [student.id for student in self.students if school in student.schools]
        there += [other.id for other in self.teachers if other is not teacher and school in other.schools]
        users = self.rng.sample(there, self.rng.randint(0, len(there)))
        self.classes.append(Class(self.next("C"), school, teacher.id, self.first(), users))

    def teacher_leaves(self) -> None:
        if len(self.teachers) < 2:
            return
        teacher = self.rng.choice(self.teachers)
        self.teachers.remove(teacher)
        self.gone.append(teacher)
        way = self.rng.choice(("replaced", "left", "named"))
        for found in [c for c in self.classes if c.teacher == teacher.id]:
            if way == "replaced":
                found.teacher = self.rng.choice(self.teachers).id
            elif way == "left":
                self.classes.remove(found)
        if way != "named":
            self._leave_classes(teacher.id)

    def student_leaves(self) -> None:
        if len(self.students) < 2:
            return
        student = self.rng.choice(self.students)
        self.students.remove(student)
        self.gone.append(student)
        if self.rng.random() < 0.7:
            self._leave_classes(student.id)

    def _leave_classes(self, user: str) -> None:
        for found in self.classes:
            found.users = [other for other in found.users if other != user]

    def somebody_returns(self) -> None:
        if not self.gone:
            return
        person = self.gone.pop(self.rng.randrange(len(self.gone)))
        if self.rng.random() < 0.3:
            person.email = self.email()
        if isinstance(person, Teacher):
            self.teachers.append(person)
        else:
            self.students.append(person)

    def student_moves(self) -> None:
        student = self.rng.choice(self.students)
        student.schools = [self.rng.choice(self.schools)]
        if self.rng.random() < 0.5:
            self._leave_classes(student.id)

    def student_has_two_schools(self) -> None:
        self.rng.choice(self.students).schools = list(self.schools)

    def class_leaves(self) -> None:
        if len(self.classes) > 1:
            self.classes.remove(self.rng.choice(self.classes))

    def class_changes(self) -> None:
        if self.classes and self.teachers:
            found = self.rng.choice(self.classes)
            if self.rng.random() < 0.5:
                found.name = self.first()
            else:
                teacher = self.rng.choice(self.teachers)
                if found.school in teacher.schools:
                    found.teacher = teacher.id

    def enrollment_changes(self) -> None:
        if not self.classes:
            return
        found = self.rng.choice(self.classes)
        if found.users and self.rng.random() < 0.5:
            found.users.remove(self.rng.choice(found.users))
        elif users := self._people_at(found.school):
            user = self.rng.choice(users)
            found.users += [] if user in found.users else [user]

    def _people_at(self, school: str) -> list[str]:
        people: list[Teacher | Student] = [*self.students, *self.teachers]
        return [person.id for person in people if school in person.schools]

    def teacher_changes(self) -> None:
        if self.teachers:
            teacher = self.rng.choice(self.teachers)
            what = self.rng.choice(("email", "phone", "no phone", "last", "both"))
            if what in ("email", "both"):
                teacher.email = self.email()
            if what in ("phone", "both"):
                teacher.phone = self.phone()
            if what == "no phone":
                teacher.phone = ""
            if what == "last":
                teacher.last = self.last()

    def student_changes(self) -> None:
        student = self.rng.choice(self.students)
        what = self.rng.choice(("email", "phone", "blank", "last", "grade", "dob"))
        if what == "email":
            student.email = self.email()
        if what == "phone":
            student.phone = self.phone()
        if what == "blank":
            student.email = student.phone = ""
        if what == "last":
            student.last = self.last()
        if what == "grade":
            student.grade = self.rng.choice(("", "10", "Kindergarten", "09"))
        if what == "dob":
            student.dob = self.rng.choice(("", "2/3/2012", "20110405"))

    def _a_guardian(self) -> tuple[Student, int] | None:
        with_one = [student for student in self.students if student.guardians]
        if not with_one:
            return None
        student = self.rng.choice(with_one)
        return student, self.rng.randrange(len(student.guardians))

    def guardian_leaves(self) -> None:
        if found := self._a_guardian():
            found[0].guardians.pop(found[1])

    def guardian_is_replaced(self) -> None:
        """By somebody new, or by a guardian of another student, as if cells had been filled down."""
        if found := self._a_guardian():
            known, new = self._a_guardian(), self.guardian()
            is_filled = known and known[0] is not found[0] and self.rng.random() < 0.3
            found[0].guardians[found[1]] = known[0].guardians[known[1]] if known and is_filled else new

    def guardian_comes(self) -> None:
        student = self.rng.choice(self.students)
        if len(student.guardians) < 3:
            known = [guardian for other in self.students for guardian in other.guardians]
            shared = self.rng.choice(known) if known and self.rng.random() < 0.4 else self.guardian()
            if not any(guardian is shared for guardian in student.guardians):
                student.guardians.append(shared)

    def guardian_changes(self) -> None:
        """At all children, or at one of them only."""
        if not (found := self._a_guardian()):
            return
        student, at = found
        if self.rng.random() < 0.4:
            student.guardians[at] = deepcopy(student.guardians[at])
        guardian = student.guardians[at]
        what = self.rng.choice(("email", "phone", "no phone", "no email", "last", "respelled", "nothing left"))
        if what == "email":
            guardian.email = self.email()
        if what == "phone":
            guardian.phone = self.phone()
        if what == "no phone" and guardian.email:
            guardian.phone = ""
        if what == "no email" and guardian.phone:
            guardian.email = ""
        if what == "last":
            guardian.last = self.last()
        if what == "respelled":
            guardian.first = guardian.first.upper()
        if what == "nothing left":
            guardian.email = guardian.phone = ""

    def teacher_is_parent(self) -> None:
        if self.teachers:
            teacher, student = self.rng.choice(self.teachers), self.rng.choice(self.students)
            parent = Guardian(teacher.first, teacher.last, teacher.email, self.rng.choice(("", teacher.phone)))
            student.guardians = [*student.guardians[:1], parent]

    def child_is_named_as_the_guardian(self) -> None:
        if found := self._a_guardian():
            student, at = found
            guardian = student.guardians[at]
            guardian.phone = guardian.phone or self.phone()
            student.first, student.last, student.phone = guardian.first, guardian.last, guardian.phone

    def contact_is_claimed_by_another(self) -> None:
        """By mistake or because they share it: any two people of the neighbourhood."""
        guardians = [guardian for student in self.students for guardian in student.guardians]
        people: list[Teacher | Student | Guardian] = [*self.teachers, *self.students, *guardians]
        one, other = self.rng.choice(people), self.rng.choice(people)
        if one is other:
            return
        if self.rng.random() < 0.6 and other.email:
            one.email = other.email
        elif other.phone:
            one.phone = other.phone

    def newcomer_takes_an_email(self) -> None:
        if self.teachers:
            victim = self.rng.choice(self.teachers)
            number = self.rng.choice((f"T{self.number}", f"TZ{self.number}"))
            name = (victim.first, victim.last) if self.rng.random() < 0.3 else (self.first(), self.last())
            self.teachers.insert(0, Teacher(self.next(number), list(victim.schools), *name, victim.email))

    def id_is_reused(self) -> None:
        kind = self.rng.choice((self.teachers, self.students))
        if kind:
            place = self.rng.randrange(len(kind))
            old = kind[place]
            if isinstance(old, Teacher):
                self.teachers[place] = Teacher(old.id, old.schools, self.first(), self.last(), self.email(), "")
            else:
                dob, guardian = f"2009-10-1{self.rng.randint(0, 9)}", self.guardian()
                self.students[place] = Student(
                    old.id, old.schools, self.first(), self.last(), dob, "4", "", "", [guardian]
                )

    def two_exchange_ids(self) -> None:
        """As if the column of ids had been sorted alone."""
        kind = self.rng.choice((self.teachers, self.students))
        if len(kind) > 1:
            one, other = self.rng.sample(range(len(kind)), 2)
            kind[one].id, kind[other].id = kind[other].id, kind[one].id

    def one_leaves_and_another_gets_the_id(self) -> None:
        if len(self.students) > 1:
            one, other = self.rng.sample(range(len(self.students)), 2)
            self.students[other].id = self.students[one].id
            self.students.pop(one)

    def id_is_renumbered(self) -> None:
        people: list[Teacher | Student] = [*self.teachers, *self.students]
        if people:
            person = self.rng.choice(people)
            old, person.id = person.id, self.next(person.id[0])
            for found in self.classes:
                found.users = [person.id if user == old else user for user in found.users]
                found.teacher = person.id if found.teacher == old else found.teacher

    def events(self) -> list[tuple[int, Callable[[], None]]]:
        return [
            (3, self.teacher_comes),
            (4, self.student_comes),
            (3, self.class_comes),
            (3, self.teacher_leaves),
            (4, self.student_leaves),
            (4, self.somebody_returns),
            (2, self.student_moves),
            (1, self.student_has_two_schools),
            (2, self.class_leaves),
            (2, self.class_changes),
            (4, self.enrollment_changes),
            (4, self.teacher_changes),
            (4, self.student_changes),
            (3, self.guardian_leaves),
            (3, self.guardian_is_replaced),
            (3, self.guardian_comes),
            (7, self.guardian_changes),
            (2, self.teacher_is_parent),
            (1, self.child_is_named_as_the_guardian),
            (4, self.contact_is_claimed_by_another),
            (2, self.newcomer_takes_an_email),
            (1, self.id_is_reused),
            (1, self.two_exchange_ids),
            (1, self.one_leaves_and_another_gets_the_id),
            (1, self.id_is_renumbered),
        ]

    def live(self) -> None:
        """A day passes."""
        events = self.events()
        for _ in range(self.rng.choice((0, 1, 1, 2, 3))):
            (event,) = self.rng.choices([e for _, e in events], [w for w, _ in events])
            event()

    # What is written

    def lines(self) -> dict[str, list[str]]:
        return {
            "schools": [f"{school},School {school}" for school in self.schools],
            "teachers": [line for teacher in self.teachers for line in teacher.lines()],
            "students": [line for student in self.students for line in student.lines()],
            "classes": [f"{c.school},{c.id},{c.teacher},{c.name}" for c in self.classes],
            "enrollments": [f"{c.school},{c.id},{user}" for c in self.classes for user in c.users],
        }


# Faults of one day's files


def _replaced(cells: list[str], column: int, text: str) -> str:
    return ",".join([*cells[:column], text, *cells[column + 1 :]])


def _fault_of_row(rng: random.Random, file: str, line: str) -> list[str]:
    """What becomes of a line: other lines, or none."""
    cells = line.split(",")
    at = {name: number for number, name in enumerate(HEADERS[f"{file}.csv"])}
    unreadable = {
        "teachers": [("teacher_email", "dee@"), ("teacher_mobile_phone", "555-12")],
        "students": [
            *(("student_email", "kid at home"), ("student_phone", "12")),
            *(("grade", "07.5x"), ("dob", "31-31-2012")),
            *(("guardian_email", "mo@"), ("guardian_phone", "555")),
        ],
    }.get(file, [])
    ids = {"teachers": "teacher_id", "students": "student_id", "classes": "class_id", "enrollments": "user_id"}
    kind = rng.choice(("gone", "reject", "reject", "unreadable", "unreadable", "twice", "conflict", "id", "nameless"))
    if kind == "gone" or file == "schools":
        return [] if file != "schools" else [line]
    if kind == "unreadable" and unreadable:
        column, text = rng.choice(unreadable)
        return [_replaced(cells, at[column], text)]
    if kind == "nameless" and file == "students":
        cells[at["guardian_first_name"]] = cells[at["guardian_last_name"]] = ""
        column = rng.choice(("guardian_email", "guardian_email", "guardian_phone", "guardian_last_name"))
        return [_replaced(cells, at[column], rng.choice(("", "", "new@example.org")) if "email" in column else "")]
    if kind == "twice":
        return [line, line]
    if kind == "conflict" and file in ("teachers", "students"):
        if rng.random() < 0.5:
            who = file[:-1]
            other = _replaced(cells, at[f"{who}_first_name"], "Xaver").split(",")
            return [line, _replaced(other, at[f"{who}_last_name"], "Wolfe")]
        column = "grade" if file == "students" else "teacher_mobile_phone"
        return [line, _replaced(cells, at[column], "3" if file == "students" else "2125559999")]
    if kind == "id" and file == "enrollments":
        user = cells[2]
        return [_replaced(cells, 2, rng.choice((user.lower(), f"0{user}", "P404", "")))]
    return [_reject(rng, file, cells, at)] if ids.get(file) else [line]


def _reject(rng: random.Random, file: str, cells: list[str], at: dict[str, int]) -> str:
    name = {"teachers": "teacher_first_name", "students": "student_first_name", "classes": "class_name"}.get(file)
    ways = ["short", "long", "quoted", "semicolons", "quote", "school", "no school"]
    ways += ["no name", "no name"] if name else []
    way = rng.choice(ways)
    return {
        "short": ",".join(cells[:-1]),
        "long": ",".join([*cells, "x"]),
        "quoted": f'"{",".join(cells)}"',
        "semicolons": ";".join(cells),
        "quote": ",".join([*cells[:-1], f'{cells[-1]}"x']),
        "school": _replaced(cells, 0, "S404"),
        "no school": _replaced(cells, 0, ""),
        "no name": _replaced(cells, at[name], "") if name else "",
    }[way]


# A history


@dataclass(frozen=True)
class Day:
    """What a district sends on a day, and what people do about it."""

    files: dict[str, str]
    links: dict[str, str] = field(default_factory=dict)
    """What people decided of schools: `waits` or `ignored`; else they are confirmed."""
    approves: bool = True
    """Whether a person approves the removals that are held."""
    undoes: bool = False
    """Whether the delivery is undone afterwards."""
    repeats: bool = False
    """Whether the drop is planned again after its delivery."""


@dataclass(frozen=True)
class Person:
    """An account outside of the district, with a contact point."""

    account_id: str
    roles: str
    first: str
    last: str
    kind: str
    value: str


@dataclass(frozen=True)
class History:
    """Days of a district."""

    days: tuple[Day, ...]
    elsewhere: tuple[Person, ...] = ()


def text(file: str, lines: list[str]) -> str:
    """The text of a file of these lines."""
    return "".join(f"{line}\n" for line in (",".join(HEADERS[f"{file}.csv"]), *lines))


def history(seed: int, days: int, neighbourhoods: int) -> History:
    """The history of a seed."""
    rng = random.Random(seed)  # noqa: S311
    places = [Neighbourhood(n, random.Random(rng.random())) for n in range(neighbourhoods)]  # noqa: S311
    elsewhere = _elsewhere(rng, places)
    found: list[Day] = []
    for number in range(days):
        if number:
            for place in places:
                place.live()
        found.append(_day(rng, places, number, found[-1] if found else None))
    return History(tuple(found), elsewhere)


def _elsewhere(rng: random.Random, places: list[Neighbourhood]) -> tuple[Person, ...]:
    found = []
    for place in places:
        if rng.random() < 0.3:
            guardians = [g for student in place.students for g in student.guardians]
            people: list[Teacher | Student | Guardian] = [*place.teachers, *place.students, *guardians]
            person = rng.choice(people)
            kind = rng.choice(("email", "phone"))
            if value := (person.email if kind == "email" else f"+1{person.phone}" if person.phone else ""):
                name = (person.first, person.last) if rng.random() < 0.5 else ("Xenia", "Wolfe")
                roles = rng.choice(("teacher", "guardian", "student"))
                found.append(Person(f"elsewhere-{place.number}", roles, *name, kind, value))
    return tuple(found)


def _day(rng: random.Random, places: list[Neighbourhood], number: int, before: Day | None) -> Day:
    lines: dict[str, list[str]] = {name.removesuffix(".csv"): [] for name in HEADERS}
    links: dict[str, str] = {}
    for place in places:
        for file, found in place.lines().items():
            if number and found and place.rng.random() < 0.12:
                at = place.rng.randrange(len(found))
                found[at : at + 1] = _fault_of_row(place.rng, file, found[at])
            if place.rng.random() < 0.1:
                place.rng.shuffle(found)
            lines[file] += found
        if number and place.rng.random() < 0.06:
            links[place.rng.choice(place.schools)] = place.rng.choice(("waits", "waits", "ignored"))
        if number and len(place.schools) > 1 and place.rng.random() < 0.04:
            gone = place.schools[-1]
            lines["schools"] = [line for line in lines["schools"] if not line.startswith(f"{gone},")]
    files = {f"{file}.csv": text(file, found) for file, found in lines.items()}
    if number:
        _fault_of_drop(rng, files)
    chances = {"approves": 0.75, "undoes": 0.12 if number else 0, "repeats": 0.4}
    return Day(files, links, **{what: rng.random() < chance for what, chance in chances.items()})


def _fault_of_drop(rng: random.Random, files: dict[str, str]) -> None:
    name = rng.choice(list(files))
    match rng.choices(("none", "no rosters", "cut", "no line end", "prefix"), (80, 8, 3, 4, 5))[0]:
        case "no rosters":
            del files["classes.csv"], files["enrollments.csv"]
        case "cut":
            files[name] = files[name][: -rng.randint(1, len(files[name]) // 2)]
        case "no line end":
            files[name] = files[name].removesuffix("\n")
        case "prefix":
            whole = files[name].split("\n")
            files[name] = "".join(f"{line}\n" for line in whole[: max(2, len(whole) * 3 // 4)])
