"""The oracle's own tests: the examples of the law, as small tables. Each law is seen to hold, and to be broken."""

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from remind_etl_tests.districts import files
from remind_etl_tests.oracle import laws, values
from remind_etl_tests.oracle.histories import Day, Person
from remind_etl_tests.oracle.reading import read, split, texts_of
from remind_etl_tests.oracle.state import Memory, Outcome, State
from remind_etl_tests.oracle.today import Today

TEACHERS = ["S1,T1,Tia,Roe,tia@example.org,"]
NO_ROSTERS: dict[str, list[str]] = {"classes": [], "enrollments": []}


REPORTS = {
    "an unreadable value is reported under its person",
    "a reference that leads nowhere is reported",
}
"""Laws about problems, which the states of these tests have none of; they have a test of their own."""


@dataclass
class Platform:
    """A platform as a few words say it."""

    accounts: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[dict[str, str]] = field(default_factory=list)
    places: list[dict[str, str]] = field(default_factory=list)
    ties: list[dict[str, str]] = field(default_factory=list)
    classes: list[dict[str, str]] = field(default_factory=list)
    members: list[dict[str, str]] = field(default_factory=list)

    def person(self, account_id: str, name: str, roles: str, *contacts: str, **ids: str) -> "Platform":
        first, _, last = name.partition(" ")
        own = {"email" if "@" in c else "phone": c for c in contacts}
        base = dict.fromkeys(("teacher_id", "student_id", "email", "phone", "dob", "grade"))
        self.accounts.append(
            {**base, "account_id": account_id, "roles": roles, "first_name": first, "last_name": last, **own, **ids}
        )
        for kind, value in own.items():
            self.contacts.append({"account_id": account_id, "kind": kind, "value": value})
        for role in roles.split("+"):
            if role != "guardian":
                self.places.append({"account_id": account_id, "school_id": "S1", "role": role})
        return self

    def teacher(self, teacher_id: str, name: str, *contacts: str) -> "Platform":
        return self.person(teacher_id, name, "teacher", *contacts, teacher_id=teacher_id)

    def student(self, student_id: str, name: str, *contacts: str, **known: str) -> "Platform":
        return self.person(student_id, name, "student", *contacts, student_id=student_id, **known)

    def guardian(self, account_id: str, name: str, *contacts: str, of: str = "") -> "Platform":
        self.person(account_id, name, "guardian", *contacts)
        return self.tie(account_id, *of.split())

    def tie(self, account_id: str, *students: str) -> "Platform":
        for student in students:
            tie = {"guardian_account_id": account_id, "student_account_id": student, "student_id": student}
            self.ties.append(tie)
        return self

    def a_class(self, class_id: str, owner: str, *students: str, active: bool = True) -> "Platform":
        if active:
            record = {"class_id": class_id, "school_id": "S1", "class_name": "Algebra", "owner_teacher_id": owner}
            self.classes.append({**record, "owner_account_id": owner})
        roles = {owner: "owner", **dict.fromkeys(students, "student")}
        for account, role in roles.items():
            self.members.append({"class_id": class_id, "account_id": account, "role": role, "record_id": account})
        return self

    @property
    def state(self) -> State:
        kinds = (self.accounts, self.contacts, self.places, self.ties, self.classes, self.members)
        names = ("accounts", "contact_points", "school_members", "guardianships", "classes", "class_memberships")
        return State.of(dict(zip(names, kinds, strict=True)))


def start() -> Platform:
    return Platform().teacher("T1", "Tia Roe", "tia@example.org")


def broken(
    before: Platform, after: Platform, drop: dict[str, list[str]], elsewhere: tuple[Person, ...] = ()
) -> set[str]:
    """The laws that the state after a drop breaks; people of `before` are as the platform has them."""
    lines = {"schools": ["S1,North"], "teachers": TEACHERS, **NO_ROSTERS, **drop}
    return _broken_by(before, after, files(**lines), elsewhere)


def _broken_by(
    before: Platform,
    after: Platform,
    sent: dict[str, str],
    elsewhere: tuple[Person, ...] = (),
    approves: bool = True,
) -> set[str]:
    outcome = Outcome(before.state, after.state, set(), set(), (), [])
    memory = Memory(elsewhere=elsewhere)
    memory.remember(before.state, read({}))
    return {found.law for found in laws.judge(read(sent), Day(sent, approves=approves), outcome, memory)} - REPORTS


MO = "S1,P1,Cy,Lee,,,,,Mo,Lee,mo@example.org,"


def family() -> Platform:
    return start().student("P1", "Cy Lee").guardian("mo", "Mo Lee", "mo@example.org", of="P1")


def test_an_equal_drop_that_changes_nothing_breaks_no_law() -> None:
    assert broken(family(), family(), {"students": [MO]}) == set()


# S1: "kept" is not "not updated"


def test_s1_a_protected_person_takes_the_values_of_a_readable_row() -> None:
    before = Platform().person("T7", "Dee Fox", "teacher+guardian", "dee@example.org", teacher_id="T7")
    before.student("P1", "Kid Fox").tie("T7", "P1")
    drop = {
        "teachers": ["S1,T7,Dee,Orr,orr@example.org,2125550142"],
        "students": ["S1,P9,,Orr,,9,,,,,,", "S1,P8,Al,Ray,,,,,,,,"],
    }
    good = Platform().teacher("T7", "Dee Orr", "orr@example.org", "+12125550142").student("P8", "Al Ray")
    assert broken(before, good, drop) == set()

    bad = (
        Platform()
        .person("T7", "Dee Fox", "teacher+guardian", "dee@example.org", teacher_id="T7")
        .student("P8", "Al Ray")
    )
    assert broken(before, bad, drop) >= {"a person has the name of the first row", "a guardian has a student"}


def test_s1_a_student_has_one_account() -> None:
    forked = start().student("P4", "Ann Fox").person("x", "Ann Fox", "student", student_id="P4")
    assert broken(start(), forked, {"students": ["S1,P4,Ann,Fox,,,,,,,,"]}) >= {"a student_id is on one account"}


# S2: no membership outlives its class


def test_s2_a_class_that_an_enrollment_names_stays_with_its_memberships() -> None:
    before = start().student("P1", "Cy Lee").a_class("C1", "T1", "P1")
    drop = {"students": ["S1,P1,Cy,Lee,,,,,,,,"], "enrollments": ["S1,C1,P1"]}
    assert broken(before, before, drop) == set()

    removed = start().student("P1", "Cy Lee").a_class("C1", "T1", "P1", active=False)
    assert broken(before, removed, drop) >= {
        "no membership outlives its class",
        "a class that a row names is not removed",
    }


# S3: an email alone makes nobody the guardian of a strangers child


def test_s3_another_person_does_not_take_over_an_account_and_its_child() -> None:
    before = family()
    drop = {"students": ["S1,P1,Cy,Lee,,,,,Mo,Lee,,", "S1,P2,Bo,Orr,,,,,Al,Orr,mo@example.org,"]}
    good = start().student("P1", "Cy Lee").student("P2", "Bo Orr").guardian("mo", "Mo Lee", "mo@example.org", of="P1")
    assert broken(before, good, drop) == set()

    bad = start().student("P1", "Cy Lee").student("P2", "Bo Orr").guardian("mo", "Al Orr", "mo@example.org", of="P1 P2")
    assert broken(before, bad, drop) == {
        "an email alone makes nobody the guardian of a strangers child",
        "an account takes another name only at a student and with a contact of its own",
    }


# S4: a guardian who was taken out goes


def test_a_first_or_a_last_name_makes_no_guardian_of_a_strangers_child() -> None:
    law = "a first or a last name makes nobody the guardian of a strangers child"
    before, merged = family(), family().student("P2", "Kit Ray").tie("mo", "P2")
    for name in ("Mo,Ray", "Al,Lee"):
        drop = {"students": [MO, f"S1,P2,Kit,Ray,,,,,{name},mo@example.org,"]}
        assert law in broken(before, merged, drop)
    for rows in (
        ["S1,P2,Kit,Ray,,,,,Mo,Lee,mo@example.org,"],
        ["S1,P1,Cy,Lee,,,,,Al,Ray,mo@example.org,", "S1,P2,Kit,Ray,,,,,Al,Ray,mo@example.org,"],
    ):
        assert law not in broken(before, merged, {"students": [MO, *rows]})


def test_a_contact_point_passes_to_no_stranger_without_a_person() -> None:
    law = "a contact point passes to a stranger only after a person has looked"

    def two(mo: str, al: str, *students: str) -> Platform:
        before = start().student("P1", "Cy Lee").student("P2", "Kit Ray").guardian("mo", "Mo Lee", mo, of="P1")
        return before.guardian("al", "Al Ray", al, of=" ".join(("P2", *students)))

    drop = {"students": [MO.replace("mo@", "al@"), "S1,P2,Kit,Ray,,,,,Al,Ray,mo@example.org,"]}
    emails = ("mo@example.org", "al@example.org")
    lines = {"schools": ["S1,North"], "teachers": TEACHERS, **NO_ROSTERS, **drop}
    for students, is_broken in (((), True), (("P1",), False)):
        before, after = two(*emails, *students), two(*reversed(emails), *students)
        assert (law in _broken_by(before, after, files(**lines), approves=False)) == is_broken


def test_s4_a_guardian_whom_no_row_names_goes() -> None:
    before = family().guardian("ex", "Ex Orr", "ex@example.org", of="P1")
    drop = {"students": [MO, "S1,P1,Cy,Lee,,,,,Granny,Lee,,"]}
    assert broken(before, family(), drop) == set()
    assert broken(before, before, drop) == {"a guardian whom no row of the student names goes or waits"}


# S5: a rejected row protects whose contact stands in it


def test_s5_a_guardian_whose_email_stands_in_a_rejected_row_stays() -> None:
    before = (
        start()
        .student("P1", "Kid Fox")
        .student("P2", "Cy Fox")
        .guardian("bob", "Bob Fox", "bob@example.org", of="P1 P2")
    )
    drop = {"students": ["S1,P2,,Fox,,9,,,Bob,Fox,bob@example.org,", "S1,P8,Al,Ray,,,,,,,,"]}
    good = (
        start().student("P2", "Cy Fox").student("P8", "Al Ray").guardian("bob", "Bob Fox", "bob@example.org", of="P2")
    )
    assert broken(before, good, drop) == set()

    bad = start().student("P2", "Cy Fox").student("P8", "Al Ray")
    assert broken(before, bad, drop) >= {
        "a guardian whose email stands in a rejected row is not removed",
        "a guardian stays while the students rows cannot be read",
    }


# S6: an unreadable value keeps the delivered one


def test_s6_an_unreadable_value_keeps_the_delivered_one_and_a_blank_one_clears_it() -> None:
    before = start().student("P1", "Cy Lee", "cy@example.org", dob="2012-01-31", grade="7")
    kept = {"students": ["S1,P1,Cy,Lee,31-31-2012,07.5x,cy@,,,,,"]}
    cleared = {"students": ["S1,P1,Cy,Lee,,,,,,,,"]}
    bare = start().student("P1", "Cy Lee")
    assert broken(before, before, kept) == set()
    assert broken(before, bare, cleared) == set()
    assert broken(before, bare, kept) == {
        "a student has the dob and grade of the row or the delivered one if it cannot be read",
        "an unreadable contact of a person keeps the delivered one",
    }
    assert len(broken(before, before, cleared)) == 2


def test_s6_a_guardian_whose_contact_cannot_be_read_stays() -> None:
    drop = {"students": [MO.replace("mo@example.org", "mo@")]}
    assert broken(family(), family(), drop) == set()
    assert broken(family(), start().student("P1", "Cy Lee"), drop) == {"a guardian whose contact cannot be read stays"}


# A blank name clears nothing


def test_a_blank_name_clears_neither_the_name_nor_the_guardian_nor_the_contacts() -> None:
    before = start().student("P1", "Cy Lee").guardian("mo", "Mo Lee", "mo@example.org", "+12125550142", of="P1")
    drop = {"students": ["S1,P1,Cy,Lee,,,,,,,,2125550142"]}
    assert broken(before, before, drop) == set()

    bare = start().student("P1", "Cy Lee").guardian("mo", "", "+12125550142", of="P1")
    assert broken(before, bare, drop) >= {
        "a blank name clears no delivered name",
        "a row without the name clears no contact of the guardian",
    }
    other = start().student("P1", "Cy Lee").guardian("new", "", "+12125550142", of="P1")
    assert broken(before, other, drop) >= {"an entry without a name is the guardian of the student who has its contact"}


def test_a_row_under_another_spelling_gives_a_known_guardian_no_contact() -> None:
    before = family().student("P3", "Kit Lee").tie("mo", "P3")
    students = ["S1,p1,Zed,Kim,,,,,Mo,Lee,mo@example.org,2125550142", MO.replace("P1,Cy", "P3,Kit")]
    drop = files(schools=["S1,North"], teachers=TEACHERS, students=students, **NO_ROSTERS)
    good = start().student("P1", "Cy Lee").student("P3", "Kit Lee")
    good.guardian("mo", "Mo Lee", "mo@example.org", of="P1 P3")
    law = "a row under another spelling gives a known guardian no contact"
    assert law not in _broken_by(before, good, drop)
    bad = start().student("P1", "Cy Lee").student("P3", "Kit Lee")
    bad.guardian("mo", "Mo Lee", "mo@example.org", "+12125550142", of="P1 P3")
    assert law in _broken_by(before, bad, drop)


# An owner who still is a teacher, and a class of a row that may be cut


def test_a_co_teacher_gets_no_class_while_its_owner_is_a_teacher_under_another_id() -> None:
    before = Platform().teacher("T1", "Tia Roe", "tia@example.org").teacher("T2", "Bo Ray", "bo@example.org")
    before.a_class("C1", "T1")
    teachers = ["S1,T9,Tia,Roe,tia@example.org,", "S1,T2,Bo,Ray,bo@example.org,"]
    drop = {"teachers": teachers, "classes": ["S1,C1,T1,Algebra"], "enrollments": ["S1,C1,T2"]}
    law = "a co teacher gets no class whose owner still is a teacher"

    def after(owner: str) -> Platform:
        there = Platform().teacher("T2", "Bo Ray", "bo@example.org")
        there.person("T1", "Tia Roe", "teacher", "tia@example.org", teacher_id="T9")
        return there.a_class("C1", owner)

    assert law not in broken(before, after("T1"), drop)
    assert law in broken(before, after("T2"), drop)


def test_a_row_that_may_be_cut_makes_no_class() -> None:
    sent = files(schools=["S1,North"], teachers=TEACHERS, students=[], classes=["S1,C1,T1,Algebra"], enrollments=[])
    law = "the last row of a file without its line end makes no class"
    reading = read(sent | {"classes.csv": sent["classes.csv"].rstrip()})
    for state, is_broken in ((start(), False), (start().a_class("C1", "T1"), True)):
        memory = Memory()
        memory.remember(start().state, read(sent))
        outcome = Outcome(start().state, state.state, set(), set(), (), [])
        assert (law in {found.law for found in laws.judge(reading, Day(sent), outcome, memory)}) == is_broken


# S7: a plan that is made after its own delivery is empty


def test_s7_a_second_plan_is_empty() -> None:
    assert not list(laws.judge_repeat({"create": 0}, []))
    found = list(laws.judge_repeat({"remove": 1}, [("accounts", "remove", "P1")]))
    assert [difference.law for difference in found] == ["a plan that is made after its own delivery is empty"]


# S8: nobody loses a contact point to a newcomer, and no account is without contact


def test_s8_a_newcomer_takes_no_email_of_a_teacher() -> None:
    before = Platform().teacher("T5", "Ann Lee", "ann@example.org")
    drop = {
        "teachers": ["S1,T1,Zoe,Ray,ann@example.org,", "S1,T5,Ann,Lee,ann@example.org,"],
        "students": ["S1,P8,Al,Ray,,,,,,,,"],
    }
    good = Platform().teacher("T5", "Ann Lee", "ann@example.org").student("P8", "Al Ray")
    assert broken(before, good, drop) == set()

    swapped = Platform().teacher("T5", "Ann Lee").teacher("T1", "Zoe Ray", "ann@example.org").student("P8", "Al Ray")
    assert broken(before, swapped, drop) >= {
        "a teacher has an email",
        "a contact point stays with the account that still claims it",
    }
    empty = Platform().teacher("T5", "Ann Lee", "ann@example.org").teacher("T1", "Zoe Ray").student("P8", "Al Ray")
    assert broken(before, empty, drop) == {"a teacher has an email"}


def test_a_teacher_whose_new_email_another_teacher_has_keeps_the_delivered_one() -> None:
    """So a third teacher who claims the delivered one gets nothing yet."""
    before = start().teacher("T2", "Uma Fox", "uma@example.org").teacher("T3", "Vic Orr", "vic@example.org")
    drop = {
        "teachers": [*TEACHERS, "S1,T2,Uma,Fox,tia@example.org,", "S1,T3,Vic,Orr,uma@example.org,"],
        "students": [],
    }
    assert broken(before, before, {**drop, "students": ["S1,P8,Al,Ray,,,,,,,,"]}) == {
        "a student with a readable row has an account"
    }
    free = {**drop, "teachers": [*TEACHERS, "S1,T2,Uma,Fox,new@example.org,", "S1,T3,Vic,Orr,uma@example.org,"]}
    assert "the teacher or student who wins a contact point has it" in broken(
        before, before, {**free, "students": ["S1,P8,Al,Ray,,,,,,,,"]}
    )


def test_a_contact_stays_while_another_account_has_the_new_one() -> None:
    law = "a contact stays while another account has the one that the row gives instead"
    before, drop = family(), {"students": [MO.replace("mo@", "tia@")]}
    assert law not in broken(before, family(), drop)
    bare = start().student("P1", "Cy Lee").guardian("mo", "Mo Lee", of="P1")
    assert law in broken(before, bare, drop)
    assert law not in broken(before, bare, drop | {"students": [MO.replace("mo@example.org", "")]})


def test_the_owner_of_a_class_keeps_the_email_in_a_drop_without_rosters() -> None:
    before = start().teacher("T2", "Uma Fox", "uma@example.org").student("P1", "Cy Lee").a_class("C2", "T2")
    sent = files(schools=["S1,North"], teachers=TEACHERS, students=["S1,P1,Cy,Lee,,,uma@example.org,,,,,"])
    bare = {name: text for name, text in sent.items() if name not in ("classes.csv", "enrollments.csv")}
    law = "the teacher or student who wins a contact point has it"
    assert law not in _broken_by(before, before, bare)
    assert law in _broken_by(before, before, {**sent, "classes.csv": "school_id,class_id,teacher_id,class_name\n"})


def test_a_teacher_under_two_ids_has_the_phone_of_either_row() -> None:
    before, after = start(), start()
    after.accounts[0] |= {"phone": "+12125550142"}
    after.contacts.append({"account_id": "T1", "kind": "phone", "value": "+12125550142"})
    law = "an account gets a contact point only from a row of its own"
    twin = "S1,T2,Tia,Roe,tia@example.org,2125550142"
    assert law not in broken(before, after, {"teachers": [*TEACHERS, twin], "students": ["S1,P8,Al,Ray,,,,,,,,"]})
    other = "S1,T2,Uma,Fox,uma@example.org,2125550142"
    assert law in broken(before, after, {"teachers": [*TEACHERS, other], "students": ["S1,P8,Al,Ray,,,,,,,,"]})


# S9 and S10


def test_s9_a_guardianship_needs_the_role() -> None:
    lost = (
        start()
        .student("P1", "Cy Lee")
        .person("mo", "Mo Lee", "student", "mo@example.org", student_id="P7")
        .tie("mo", "P1")
    )
    assert "a guardianship is of an active guardian" in broken(family(), lost, {"students": [MO]})


def test_s10_a_teacher_who_returns_keeps_the_account() -> None:
    memory = Memory(teachers={"T7": "first"})
    sent = files(
        teachers=["S1,T7,Dee,Fox,new@example.org,"],
        students=["S1,P8,Al,Ray,,,,,,,,"],
        schools=["S1,North"],
        **NO_ROSTERS,
    )
    after = (
        Platform().person("second", "Dee Fox", "teacher", "new@example.org", teacher_id="T7").student("P8", "Al Ray")
    )
    outcome = Outcome(Platform().state, after.state, set(), set(), (), [])
    found = {difference.law for difference in laws.judge(read(sent), Day(sent), outcome, memory)}
    assert found == {"a person keeps the account id for ever"}


# Named, cut, reused, linked


def test_a_student_whom_enrollments_name_stays() -> None:
    before = start().student("P1", "Cy Lee").a_class("C1", "T1", "P1")
    drop = {"students": ["S1,P8,Al,Ray,,,,,,,,"], "enrollments": ["S1,C1,P1"], "classes": ["S1,C1,T1,Algebra"]}
    gone = start().student("P8", "Al Ray").a_class("C1", "T1")
    assert "a named person is not removed" in broken(before, gone, drop)


def test_a_student_who_moved_to_an_ignored_school_leaves_although_a_roster_names_them() -> None:
    before, gone = start().student("P1", "Cy Lee"), start()
    rosters = {"enrollments": ["S1,C1,P1"], "classes": ["S1,C1,T1,Algebra"], "schools": ["S1,North", "S2,South"]}
    sent = files(teachers=TEACHERS, students=["S2,P1,Cy,Lee,,,,,,,,"], **rosters)
    outcome = Outcome(before.state, gone.state, set(), set(), (), [])
    memory = Memory()
    memory.remember(before.state, read({}))

    for links, is_broken in (({}, True), ({"S2": "ignored"}, False)):
        found = {one.law for one in laws.judge(read(sent), Day(sent, links=links), outcome, memory)}
        assert (
            {"a named person is not removed", "a person with a readable row is not removed"} & found != set()
        ) == is_broken


def test_a_teacher_with_a_new_id_is_not_removed_although_a_roster_has_the_old_one() -> None:
    before = Platform().person("tee", "Dee Fox", "teacher", "dee@example.org", teacher_id="T7")
    after = Platform().person("tee", "Dee Fox", "teacher", "dee@example.org", teacher_id="T8")
    drop = {"teachers": ["S1,T8,Dee,Fox,dee@example.org,"], "enrollments": ["S1,C1,T7"]}
    assert "a named person is not removed" not in broken(before, after, drop)
    assert "a named person is not removed" in broken(before, Platform(), drop)


def test_a_rejected_line_protects_every_id_in_it_however_it_is_cut() -> None:
    before = start().student("P1", "Cy Lee")
    for line in ('"S1,P1,Cy,Lee,,,,,,,,"', "S1;P1;Cy;Lee;;;;;;;;", 'S1,P1,"Cy"Lee,,,', "S1,P1"):
        drop = {"students": ["S1,P8,Al,Ray,,,,,,,,", line]}
        found = broken(before, start().student("P8", "Al Ray"), drop)
        assert found & {"a named person is not removed", "a person with a readable row is not removed"}


def test_a_file_cut_in_a_record_blocks_the_drop() -> None:
    sent = files()
    assert not read(sent).is_blocked
    assert read(sent | {"students.csv": sent["students.csv"][:-9]}).is_blocked
    assert list(laws.judge_block(read(sent), True, []))
    assert not list(laws.judge_block(read(sent), False, []))


def test_a_reused_id_is_held() -> None:
    before = start().student("P1", "Cy Lee", dob="2012-01-31").guardian("mo", "Mo Lee", "mo@example.org", of="P1")
    drop = {"students": ["S1,P1,Al,Orr,2009-05-05,,,,Bo,Orr,bo@example.org,"]}
    assert broken(before, before, drop) == set()
    passed_on = start().student("P1", "Al Orr", dob="2009-05-05").guardian("bo", "Bo Orr", "bo@example.org", of="P1")
    assert broken(before, passed_on, drop) == {
        "a reused id is held",
        "a reused student id gets no new guardian",
    }


def test_a_name_that_another_account_loses_is_held() -> None:
    law = "a name that another account loses is held"

    def children(first: str, second: str) -> Platform:
        one = start().student("P1", f"{first} Lee", dob="2012-01-31")
        return one.student("P3", f"{second} Lee", dob="2012-01-31") if second else one

    drop = {"students": ["S1,P1,Al,Lee,2012-01-31,,,,,,,", "S1,P3,Cy,Lee,2012-01-31,,,,,,,"]}
    before = children("Cy", "Al")
    assert law not in broken(before, before, drop)
    assert law in broken(before, children("Al", "Cy"), drop)
    assert law in broken(before, children("Al", ""), {"students": drop["students"][:1]})
    assert law not in broken(children("Cy", "Bo"), children("Al", "Bo"), drop)


def test_a_teacher_whose_child_gets_the_new_name_and_email_too_may_be_the_same_person() -> None:
    def parent(name: str, email: str) -> Platform:
        person = start().student("P1", "Cy Lee").person("T5", name, "teacher+guardian", email, teacher_id="T5")
        return person.tie("T5", "P1")

    before, after = parent("Mo Lee", "mo@example.org"), parent("Bo Orr", "bo@example.org")
    teacher = "S1,T5,Bo,Orr,bo@example.org,"
    renamed = {"teachers": [teacher], "students": ["S1,P1,Cy,Lee,,,,,Bo,Orr,bo@example.org,"]}
    assert "a reused id is held" not in broken(before, after, renamed)
    other = {"teachers": [teacher], "students": ["S1,P1,Cy,Lee,,,,,Al,Ray,al@example.org,"]}
    assert "a reused id is held" in broken(before, after, other)


def test_a_renumbered_teacher_keeps_the_account() -> None:
    before = Platform().teacher("T5", "Ann Lee", "ann@example.org").student("P8", "Al Ray")
    drop = {"teachers": ["S1,T9,Ann,Lee,ann@example.org,"], "students": ["S1,P8,Al,Ray,,,,,,,,"]}
    kept = Platform().person("T5", "Ann Lee", "teacher", "ann@example.org", teacher_id="T9").student("P8", "Al Ray")
    assert broken(before, kept, drop) == set()
    assert broken(before, before, drop) == set()
    forked = Platform().teacher("T9", "Ann Lee", "ann@example.org").student("P8", "Al Ray")
    assert broken(before, forked, drop) == {"a renumbered person keeps the account or waits"}


def test_two_people_under_one_id_get_no_guardian_of_each_other() -> None:
    drop = {"students": [MO, "S1,P1,Al,Orr,,,,,Bo,Orr,bo@example.org,"]}
    assert broken(family(), family(), drop) == set()
    assert broken(family(), family().guardian("bo", "Bo Orr", "bo@example.org", of="P1"), drop) == {
        "two people under one id get no new guardian"
    }


def test_a_link_needs_an_equal_email_and_name() -> None:
    person = Person("out", "guardian", "Mo", "Lee", "email", "mo@example.org")
    linked = start().student("P1", "Cy Lee").guardian("out", "Mo Lee", "mo@example.org", of="P1")
    before = start().student("P1", "Cy Lee")
    assert broken(before, linked, {"students": [MO]}, (person,)) == set()
    stranger = Person("out", "guardian", "Xenia", "Wolfe", "email", "mo@example.org")
    assert broken(before, linked, {"students": [MO]}, (stranger,)) == {
        "an account outside of the district is linked only with an equal email and name"
    }


def test_a_linked_account_is_one_person() -> None:
    person = Person("out", "guardian", "Mo", "Lee", "email", "mo@example.org")
    before = start().student("P1", "Cy Lee").guardian("out", "Mo Lee", "mo@example.org", of="P1")
    after = start().student("P1", "Cy Lee").guardian("out", "Al Lee", "mo@example.org", of="P1")
    assert "a linked account never becomes another person" in broken(before, after, {"students": [MO]}, (person,))


def test_an_undoing_gives_back_what_was_removed() -> None:
    bare = start().student("P1", "Cy Lee")
    assert not list(laws.judge_undo(family().state, bare.state, family().state))
    assert list(laws.judge_undo(family().state, bare.state, bare.state))


def test_an_undoing_leaves_no_stranger_with_a_child_from_before() -> None:
    bare, more = start().student("P1", "Cy Lee"), family()
    assert list(laws.judge_undo(bare.state, more.state, more.state))
    assert not list(laws.judge_undo(bare.state, more.state, bare.state))
    of_undone_deliveries = bare.state.accounts.keys()
    assert not list(laws.judge_undo(bare.state, more.state, more.state, of_undone_deliveries))


def test_after_an_undoing_the_owner_of_a_class_that_stays_is_a_teacher() -> None:
    def of(roles: str, **ids: str) -> Platform:
        mo = start().student("P1", "Cy Lee").person("mo", "Mo Lee", roles, "mo@example.org", **ids)
        return mo.tie("mo", "P1")

    before, taught = of("guardian"), of("teacher+guardian", teacher_id="T7")
    assert list(laws.judge_undo(before.state, taught.state, taught.state))
    taught.a_class("C7", "mo")
    assert not list(laws.judge_undo(before.state, taught.state, taught.state))


def test_a_father_and_a_son_of_one_name_are_two() -> None:
    drop = {"students": ["S1,P1,John,Lee,,,,2125550142,John,Lee,,2125550142"]}
    good = start().student("P1", "John Lee").guardian("john", "John Lee", "+12125550142", of="P1")
    assert broken(start(), good, drop) == set()
    assert "a guardian of the students own name is a guardian" in broken(
        start(), start().student("P1", "John Lee", "+12125550142"), drop
    )


def test_what_is_wrong_with_a_row_is_reported() -> None:
    drop = {"students": ["S1,P1,Cy,Lee,,99,,,,,,"], "enrollments": ["S1,C9,P9"], "schools": ["S1,North"]}
    sent = files(teachers=TEACHERS, classes=[], **drop)
    after = start().student("P1", "Cy Lee").state

    def found(*problems: tuple[str, str]) -> set[str]:
        outcome = Outcome(after, after, set(), set(), (), list(problems))
        return {difference.law for difference in laws.judge(read(sent), Day(sent), outcome, Memory())}

    assert found() == REPORTS
    assert found(("invalid_grade", "P1"), ("unknown_class", "C9")) == set()
    reports = (("invalid_grade", "P1"), ("unknown_class", "C9"), ("student_without_contact", "P1"))
    assert found(*reports) == set()
    after = family().state
    assert "a student who is reached is not reported as without contact" in found(*reports)


def test_a_class_waits_with_a_teacher_whose_email_another_teacher_has() -> None:
    drop = {
        "teachers": [*TEACHERS, "S1,T2,Uma,Fox,tia@example.org,"],
        "students": ["S1,P1,Cy,Lee,,,,,,,,"],
        "classes": ["S1,C2,T2,Biology"],
        "enrollments": ["S1,C2,P1"],
    }

    def platform() -> Platform:
        return start().teacher("T2", "Uma Fox", "uma@example.org").student("P1", "Cy Lee").a_class("C2", "T2")

    before, after = platform(), platform()
    for state in (before, after):
        state.classes[0] |= {"class_name": "Biology"}
    assert broken(before, after, drop) == set()
    law = "a class whose teachers email another teacher has stays as it was"
    assert law in broken(before, start().teacher("T2", "Uma Fox", "uma@example.org").student("P1", "Cy Lee"), drop)
    own = {**drop, "teachers": [*TEACHERS, "S1,T2,Uma,Fox,uma@example.org,"]}
    assert broken(before, after, own) == {"a person of a readable enrollment is in the class"}


def test_a_new_enrollment_waits_with_a_class_that_nobody_can_own() -> None:
    law = "a person of a readable enrollment is in the class"
    before = start().student("P1", "Cy Lee").a_class("C2", "T1")
    before.classes[0] |= {"class_name": "Biology"}
    drop = {"students": ["S1,P1,Cy,Lee,,,,,,,,"], "classes": ["S1,C2,T9,Biology"], "enrollments": ["S1,C2,P1"]}
    elsewhere = {**drop, "schools": ["S1,North", "S2,South"], "teachers": [*TEACHERS, "S2,T9,Uma,Fox,uma@example.org,"]}
    rejected = {**drop, "teachers": [*TEACHERS, "S1,T9,,Fox,uma@example.org,"]}
    for nobody in (drop, elsewhere, rejected):
        assert law not in broken(before, before, nobody)
    co_teacher = {**drop, "enrollments": ["S1,C2,P1", "S1,C2,T1"]}
    assert law in broken(before, before, co_teacher)
    assert law in broken(before, before, {**drop, "classes": ["S1,C2,T1,Biology"]})


def test_the_teacher_who_has_an_email_is_not_refused_and_nor_is_the_first_newcomer() -> None:
    sent = files(teachers=["S1,T1,Tia,Roe,tia@example.org,", "S1,T0,Uma,Fox,tia@example.org,"], students=[])

    def refused(before: Platform) -> list[str]:
        today = Today(read(sent), Day(sent), before.state, Memory())
        return [teacher_id for teacher_id in ("T0", "T1") if today.may_be_refused(teacher_id)]

    assert refused(start()) == ["T0"]
    assert refused(Platform()) == ["T1"]
    assert refused(start().teacher("T2", "Al Ray", "al@example.org")) == ["T0"]
    assert refused(Platform().teacher("T2", "Al Ray", "tia@example.org")) == ["T0", "T1"]


def test_a_row_whose_guardian_loses_every_contact_may_protect_the_delivered_guardian() -> None:
    law = "the teacher or student who wins a contact point has it"
    phone = "+12125550142"
    before = start().student("P1", "Cy Lee").guardian("mo", "Mo Lee", phone, of="P1")
    lost = {"students": ["S1,P1,Cy,Lee,,,,2125550142,Mo,Lee,tia@example.org,"]}
    assert law not in broken(before, before, lost)
    own = {"students": ["S1,P1,Cy,Lee,,,,2125550142,Mo,Lee,mo@example.org,"]}
    assert law in broken(before, before, own)


def test_a_guardianship_names_a_former_id_of_its_student_only_while_its_removal_waits() -> None:
    law = "a guardianship names its student"
    after = (
        start().person("P1", "Cy Lee", "student", student_id="P9").guardian("mo", "Mo Lee", "mo@example.org", of="P1")
    )
    sent = files(teachers=TEACHERS, students=["S1,P9,Cy,Lee,,,,,,,,"], **NO_ROSTERS)

    def found(*held: tuple[str, str]) -> set[str]:
        outcome = Outcome(family().state, after.state, set(held), set(), (), [])
        return {difference.law for difference in laws.judge(read(sent), Day(sent), outcome, Memory())}

    assert law in found()
    assert law not in found(("guardianships", "mo/P1"))


# Values and cells


def test_values_are_read_as_the_format_says() -> None:
    assert values.email(" Dee@Example.org ") == "dee@example.org"
    assert values.email("dee@") is values.UNREADABLE
    assert values.email("NULL") is None
    assert values.phone("(212) 555-0142 x7") == "+12125550142"
    assert values.phone("555") is values.UNREADABLE
    assert values.dob("1/31/2012") == "2012-01-31"
    assert values.dob("31-31-2012") is values.UNREADABLE
    assert [values.grade(g) for g in ("09", "Kindergarten", "0", "", "x")] == ["9", "K", "K", None, values.UNREADABLE]
    assert values.are_equal(values.full("Änn-Marie", "O’Neil"), values.full("ANN  MARIE", "o'neil"))
    assert values.bare_id(" p007.0 ") == values.bare_id("P7")


def test_cells_are_split_as_the_format_says() -> None:
    assert split('a,"b ""x"", c",,d') == ["a", 'b "x", c', "", "d"]
    assert split('a,"b') is None
    assert split('a,b"c') is None
    assert texts_of('"S1,P1;Cy\tLee"') == {"S1", "P1", "Cy", "Lee"}


# Independence


def test_the_oracle_reads_no_rule_of_the_product() -> None:
    """The real side, the command and the tests do; the laws and what they read share the names of columns alone."""
    real = {"real_side.py", "__main__.py"}
    for path in Path(__file__).parent.glob("*.py"):
        if path.name in real or path.name.startswith("test_"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        names += [alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names]
        ours = {name for name in names if name.split(".")[0] in ("remind_etl", "remind_etl_tests", "duckdb")}
        assert {n for n in ours if not n.startswith("remind_etl_tests.oracle")} <= {"remind_etl.schema"}, path.name
