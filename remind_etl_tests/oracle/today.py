"""Who the rows of a drop name, beside what was delivered: people, contact claims and evidence of presence."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from remind_etl_tests.oracle import values
from remind_etl_tests.oracle.histories import Day
from remind_etl_tests.oracle.reading import Guardian, Reading, Row
from remind_etl_tests.oracle.state import Account, Contact, Memory, State
from remind_etl_tests.oracle.values import Name

Person = tuple[str, str]
"""`teacher`, `student` or `guardian`, and an id; of a guardian the number of the cluster."""

RANKS = ("teacher", "guardian", "student")


@dataclass(frozen=True)
class Mention:
    """A guardian on a row of a student."""

    row: Row
    guardian: Guardian

    @property
    def student_id(self) -> str:
        return self.row["student_id"]


@dataclass(frozen=True)
class Cluster:
    """Mentions that the law makes one guardian, in file order."""

    number: str
    mentions: tuple[Mention, ...]

    @cached_property
    def names(self) -> list[Name]:
        return list(dict.fromkeys(m.guardian.name for m in self.mentions if any(m.guardian.name)))

    @cached_property
    def students(self) -> set[str]:
        return {m.student_id for m in self.mentions}

    @cached_property
    def contacts(self) -> set[Contact]:
        return {contact for m in self.mentions for contact in m.guardian.contacts}

    @property
    def has_one_name(self) -> bool:
        return len(self.names) == 1


class _Groups:
    """Numbers that are joined into groups."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def of(self, number: int) -> int:
        while self.parent[number] != number:
            number = self.parent[number]
        return number

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.of(one), self.of(other)))
        self.parent[high] = low


class Today:
    """A drop beside the state before it."""

    def __init__(self, reading: Reading, day: Day, before: State, memory: Memory) -> None:
        self.reading, self.day, self.before, self.memory = reading, day, before, memory
        self.listed = {row["school_id"] for row in reading.rows["schools"]}
        self.waiting = {school for school, how in day.links.items() if how == "waits"}
        self.ignored = {school for school, how in day.links.items() if how == "ignored"}
        self.linked = self.listed - self.waiting - self.ignored
        self.teachers = self._by_id("teachers", "teacher_id")
        self.students = self._by_id("students", "student_id")
        self.has_rosters = "classes" in reading.sent

    def _by_id(self, file: str, column: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows(file):
            found[row[column]].append(row)
        return dict(found)

    def rows(self, file: str) -> list[Row]:
        """The readable rows of linked schools."""
        return [row for row in self.reading.rows[file] if row["school_id"] in self.linked]

    def other_rows(self, file: str) -> list[Row]:
        """The readable rows of schools that wait or are ignored."""
        return [row for row in self.reading.rows[file] if row["school_id"] not in self.linked]

    # Evidence of presence

    @cached_property
    def rejected_texts(self) -> set[str]:
        return {values.bare_id(text) for reject in self.reading.rejects for text in reject.texts}

    @cached_property
    def waiting_texts(self) -> set[str]:
        """What stands in rows of schools that wait or are ignored."""
        rows = [row for file in self.reading.rows for row in self.other_rows(file)]
        return {values.bare_id(cell) for row in rows for cell in row.cells.values() if cell}

    def is_at_a_school_that_waits(self, record_id: str) -> bool:
        """Whether a row of a school that waits has the id. The rows of an ignored school are left out on purpose."""
        rows = [row for file in self.reading.rows for row in self.other_rows(file) if row["school_id"] in self.waiting]
        texts = {values.bare_id(cell) for row in rows for cell in row.cells.values() if cell}
        return values.bare_id(record_id) in texts

    def is_at_an_ignored_school(self, who: str, record_id: str) -> bool:
        """Whether the person's own row is of an ignored school, so that the person leaves whatever else names them."""
        rows = [row for row in self.other_rows(f"{who}s") if row["school_id"] in self.ignored]
        return any(row[f"{who}_id"] == record_id for row in rows)

    @cached_property
    def roster_texts(self) -> set[str]:
        """The cells of classes.csv and enrollments.csv, but for rows of ignored schools, which name nobody."""
        rows = [row for file in ("enrollments", "classes") for row in self.reading.rows[file]]
        rows = [row for row in rows if row["school_id"] not in self.ignored]
        return {values.bare_id(cell) for row in rows for cell in row.cells.values() if cell}

    def is_named_in_rosters(self, record_id: str) -> bool:
        """Whether classes.csv or enrollments.csv name the id, though its own file may not."""
        return values.bare_id(record_id) in self.roster_texts

    def is_rejected(self, text: str | None) -> bool:
        """Whether a rejected line has the text as a token."""
        return bool(text) and values.bare_id(text or "") in self.rejected_texts

    def waits(self, text: str | None) -> bool:
        """Whether a row of a school that waits, or that is ignored, has the text."""
        return bool(text) and values.bare_id(text or "") in self.waiting_texts

    def may_stand_in_a_reject(self, account: Account) -> bool:
        """Whether a rejected line may be of the account: it has an id, a contact, a name or the school, or says little."""
        own = {account.teacher_id, account.student_id, account.email, account.phone}
        own |= {value for _, value in self.before.of_account(account.id)}
        own |= self.schools_of(account)
        texts = {values.bare_id(text) for text in own if text}
        names = set(account.name) - {""}
        return any(said & texts or named & names or says_little for said, named, says_little in self._said_by_rejects)

    def may_stand_in_rows_of_two_people(self, account: Account) -> bool:
        """Whether a row of students.csv that was left out, as its id is two people's, has the names or a contact."""
        contacts, names = self.before.of_account(account.id), set(account.name)
        return any(
            row.guardian.contacts & contacts or names <= {values.plain(text) for text in row.cells.values()}
            for rows in self.students.values()
            if not self.is_one_person(rows, "student")
            for row in rows
        )

    @cached_property
    def _said_by_rejects(self) -> list[tuple[set[str], set[str], bool]]:
        """Of each rejected line the ids and contacts, the texts that may be names, and whether it says little."""
        found = []
        for reject in self.reading.rejects:
            bare = {values.bare_id(text) for text in reject.texts}
            phones = {values.bare_id(str(values.phone(text))) for text in reject.texts if text[:1] in "+0123456789("}
            found.append((bare | phones, {values.plain(text) for text in reject.texts}, len(bare) < 2))
        return found

    # People

    def is_one_person(self, rows: list[Row], who: str) -> bool:
        """Whether the rows of an id could be one person's: the names are alike, and no two rows are of siblings.

        Siblings have one last name, and another first name, date of birth and grade. Two students of one first name have
        another last name instead.
        """
        if not all(values.may_be_alike(rows[0].name(who), row.name(who)) for row in rows):
            return False
        return who == "teacher" or not any(self._are_siblings(one, other) for one in rows for other in rows)

    @staticmethod
    def _are_siblings(one: Row, other: Row) -> bool:
        born, other_born = values.dob(one["dob"]), values.dob(other["dob"])
        grade, other_grade = values.grade(one["grade"]), values.grade(other["grade"])
        return (
            (
                not values.may_be_over_time(one.name("student"), other.name("student"))
                or one.name("student")[1] not in other.name("student")
            )
            and all(isinstance(value, str) for value in (born, other_born, grade, other_grade))
            and (born != other_born and grade != other_grade)
        )

    def is_clear(self, who: str, record_id: str) -> bool:
        """Whether all that the drop says of a teacher or student stands in readable rows of one person."""
        rows = self._rows_of(who).get(record_id, [])
        return (
            (self.is_one_person(rows, who) if rows else True)
            and not self.is_rejected(record_id)
            and not self.waits(record_id)
        )

    def _rows_of(self, who: str) -> dict[str, list[Row]]:
        return self.teachers if who == "teacher" else self.students

    def account(self, who: str, record_id: str) -> Account | None:
        """The account that the id had before."""
        return self.before.teacher(record_id) if who == "teacher" else self.before.student(record_id)

    def is_linked(self, account_id: str) -> bool:
        """Whether people outside of the district have the account too."""
        return account_id in {person.account_id for person in self.memory.elsewhere}

    def may_be_reused(self, who: str, record_id: str) -> bool:
        """Whether the person behind an id may be another one than before, also if the id was removed meanwhile."""
        rows, account = self._rows_of(who).get(record_id, []), self.account(who, record_id)
        name = account.name if account else self.memory.names.get((who, record_id))
        if not rows or not name:
            return False
        born = values.dob(rows[0]["dob"]) if who == "student" else None
        is_reborn = isinstance(born, str) and account is not None and account.dob not in (None, born)
        has_other_name = rows[0].name(who)[1] != name[1] and is_reborn
        return has_other_name or not values.may_be_over_time(rows[0].name(who), name)

    def is_reused(self, who: str, record_id: str) -> bool:
        """Whether the person behind an id is another one: the name is, and so is all else that is known.

        A guardian of the same name is known, so that the student may be the same. With the same first name it may be. So may
        a teacher be whose child's row has the new contact points too.
        """
        account = self.account(who, record_id)
        if account is None or not self.may_be_reused(who, record_id):
            return False
        rows = self._rows_of(who)[record_id]
        if values.may_be_over_time(rows[0].name(who), account.name):
            return False
        known = self.before.of_account(account.id)
        if who == "teacher":
            own = self._own_contacts(rows[0], who)
            children = {self.before.accounts[child].student_id or "" for child in self.before.children(account.id)}
            rows_of_children = [row for child in children for row in self.students.get(child, [])]
            keeps_child = any(own & row.guardian.contacts for row in rows_of_children)
            return isinstance(values.email(rows[0]["teacher_email"]), str) and not known & own and not keeps_child
        guardians = self.before.guardians(account.id)
        if {self.before.accounts[guardian].name for guardian in guardians} & {row.guardian.name for row in rows}:
            return False
        for guardian in guardians:
            known |= self.before.of_account(guardian)
        today = self._own_contacts(rows[0], who)
        for row in rows:
            today |= row.guardian.contacts
        born = values.dob(rows[0]["dob"])
        is_reborn = isinstance(born, str) and account.dob is not None and born != account.dob
        return bool(is_reborn and today and not known & today)

    @staticmethod
    def _own_contacts(row: Row, who: str) -> set[Contact]:
        phone = "teacher_mobile_phone" if who == "teacher" else "student_phone"
        found = {("email", values.email(row[f"{who}_email"])), ("phone", values.phone(row[phone]))}
        return {(kind, value) for kind, value in found if isinstance(value, str)}

    def may_be_renumbered(self, who: str, record_id: str) -> bool:
        """Whether a new id may be another spelling of, or a new number for, a delivered one that is absent; or the reverse."""
        rows = self._rows_of(who).get(record_id)
        accounts = [a for a in self.before.accounts.values() if (a.teacher_id if who == "teacher" else a.student_id)]
        if rows:
            name = rows[0].name(who)
            return self.account(who, record_id) is None and any(
                values.may_be_alike(name, a.name)
                or values.bare_id(record_id) == values.bare_id(a.teacher_id or a.student_id or "")
                for a in accounts
                if (a.teacher_id if who == "teacher" else a.student_id) not in self._rows_of(who)
            )
        account = self.account(who, record_id)
        return account is not None and any(
            values.may_be_alike(account.name, found[0].name(who)) or values.bare_id(record_id) == values.bare_id(new)
            for new, found in self._rows_of(who).items()
            if self.account(who, new) is None
        )

    def is_plain(self, who: str, record_id: str) -> bool:
        """Whether nothing contradicts what the rows of a teacher or student say, and the id is not a new one's."""
        return (
            self.is_clear(who, record_id)
            and not self.may_be_reused(who, record_id)
            and not self.may_be_renumbered(who, record_id)
            and not self.is_twin(who, record_id)
        )

    def people(self) -> Iterator[tuple[str, str, list[Row]]]:
        """The teachers and students of readable rows: who, id, rows."""
        yield from (("teacher", record_id, rows) for record_id, rows in self.teachers.items())
        yield from (("student", record_id, rows) for record_id, rows in self.students.items())

    def absent_people(self) -> Iterator[tuple[str, str, Account]]:
        """The delivered teachers and students without a readable row: who, id, account."""
        for account in self.before.accounts.values():
            if account.teacher_id and account.teacher_id not in self.teachers:
                yield "teacher", account.teacher_id, account
            if account.student_id and account.student_id not in self.students:
                yield "student", account.student_id, account

    def looks_cut(self, file: str) -> bool:
        """Whether a file lost its line end, or is a prefix of the one before."""
        before, now = self.memory.texts.get(file), self.reading.texts.get(file)
        if before is None or now is None:
            return False
        has_lost_its_end = file in self.reading.unended and file not in self.memory.unended
        return has_lost_its_end or (now != before and before.startswith(now))

    def schools_of(self, account: Account) -> set[str]:
        """The schools at which an account was."""
        return set(self._schools_of.get(account.id, ()))

    @cached_property
    def _schools_of(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for account_id, school, _ in self.before.places:
            found[account_id].add(school)
        return found

    def own_contact(self, who: str, record_id: str, kind: str) -> values.Value:
        """The email or phone that the rows of a teacher or student say."""
        return self._contact_on(self._rows_of(who)[record_id], who, kind)

    def says_no_contact(self, who: str, record_id: str, kind: str) -> bool:
        """Whether the cell is blank in all rows, also in those of the same teacher's other ids."""
        return self._contact_on(self.rows_of_one(who, record_id), who, kind) is None

    def _contact_on(self, rows: list[Row], who: str, kind: str) -> values.Value:
        if kind == "email":
            return self.first_value(rows, f"{who}_email", values.email)
        return self.first_value(rows, "teacher_mobile_phone" if who == "teacher" else "student_phone", values.phone)

    @staticmethod
    def first_value(rows: list[Row], column: str, read: Callable[[str], values.Value]) -> values.Value:
        """The first value that rows of one person say. A blank cell says nothing beside another one."""
        said = [read(row[column]) for row in rows]
        readable = [value for value in said if isinstance(value, str)]
        return readable[0] if readable else values.UNREADABLE if values.UNREADABLE in said else None

    # Guardians

    @cached_property
    def mentions(self) -> list[Mention]:
        found = [Mention(row, row.guardian) for row in self.rows("students")]
        return [mention for mention in found if not mention.guardian.is_blank]

    def mentions_of(self, student_id: str) -> list[Mention]:
        """The guardians on the readable rows of a student."""
        return self._mentions_of.get(student_id, [])

    @cached_property
    def _mentions_of(self) -> dict[str, list[Mention]]:
        found: dict[str, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            found[mention.student_id].append(mention)
        return dict(found)

    @cached_property
    def clusters(self) -> list[Cluster]:
        """Mentions with one email; without an email, with one phone and name; and one name at one student.

        A mention with the email and name of a teacher is the teacher, and nobody with another name.
        """
        groups = _Groups(len(self.mentions))
        numbered = list(enumerate(self.mentions))
        firsts: dict[object, int] = {}
        for n, one in numbered:
            guardian = one.guardian
            if isinstance(guardian.email, str):
                teacher = guardian.name if (guardian.name, guardian.email) in self._names_and_emails else None
                groups.join(n, firsts.setdefault((guardian.email, teacher), n))
            if any(guardian.name):
                groups.join(n, firsts.setdefault((one.student_id, guardian.name), n))
        for n, one in numbered:
            if one.guardian.email is None and isinstance(one.guardian.phone, str):
                self._join_by_phone(groups, n, one.guardian)
        found: dict[int, list[Mention]] = defaultdict(list)
        for n, mention in numbered:
            found[groups.of(n)].append(mention)
        return [Cluster(str(n), tuple(mentions)) for n, mentions in found.items()]

    def _join_by_phone(self, groups: "_Groups", number: int, guardian: Guardian) -> None:
        """Join a mention without an email to those of the same phone and name, if they are of one person."""
        same = [
            (m, isinstance(other.guardian.email, str))
            for m, other in enumerate(self.mentions)
            if m != number and (other.guardian.phone, other.guardian.name) == (guardian.phone, guardian.name)
        ]
        is_one = len({groups.of(m) for m, has_email in same if has_email}) <= 1
        for m, has_email in same:
            if is_one or not has_email:
                groups.join(number, m)

    def cluster_of(self, mention: Mention) -> Cluster:
        """The guardian that a mention is of."""
        return self._cluster_of[mention.row.line]

    @cached_property
    def _cluster_of(self) -> dict[int, Cluster]:
        """By line: a row names one guardian at most."""
        return {mention.row.line: cluster for cluster in self.clusters for mention in cluster.mentions}

    def meant_by(self, mention: Mention) -> Account | None:
        """The delivered guardian of the student who has the email, else the phone, of a mention without a name."""
        child = self.before.student(mention.student_id)
        if child is None or any(mention.guardian.name):
            return None
        owners = [self.before.contacts.get(contact) for contact in sorted(mention.guardian.contacts)]
        there = self.before.guardians(child.id)
        return next((self.before.accounts[owner] for owner in owners if owner in there), None)

    def is_respelled(self, who: str, record_id: str) -> bool:
        """Whether an id that is new is like a delivered one that is gone: only zeros, case or signs differ."""
        known = [a.teacher_id if who == "teacher" else a.student_id for a in self.before.accounts.values()]
        gone = {values.bare_id(i) for i in known if i and i not in self._rows_of(who)}
        return record_id not in known and values.bare_id(record_id) in gone

    def is_contested(self, cluster: Cluster) -> bool:
        """Whether the mentions may be of several people: other names, or a contact that stands in other mentions too."""
        if len(cluster.names) > 1 or any(not any(m.guardian.name) for m in cluster.mentions):
            return True
        return any(len(self.claimants(contact)) > 1 for contact in cluster.contacts)

    def may_give_no_account(self, mention: Mention) -> bool:
        """Whether the guardian of a row may be without a contact point, so that the row protects delivered guardians."""
        guardian = mention.guardian
        if guardian.is_unreadable or not guardian.contacts or len(self.cluster_of(mention).names) > 1:
            return True
        return all(len(self.claimants(contact)) > 1 for contact in guardian.contacts)

    @cached_property
    def own_claims(self) -> dict[Contact, list[Person]]:
        found: dict[Contact, list[Person]] = defaultdict(list)
        for who, people in (("teacher", self.teachers), ("student", self.students)):
            for record_id in people:
                for kind in ("email", "phone"):
                    if isinstance(value := self.own_contact(who, record_id, kind), str):
                        found[kind, value].append((who, record_id))
        return found

    def candidates(self, cluster: Cluster) -> set[str]:
        """The delivered guardians that the cluster may be: by contact, or by student and name.

        A held change can leave the contact point of a removed account behind, who is no candidate.
        """
        found = {self.before.contacts[c] for c in cluster.contacts if c in self.before.contacts} & {
            *self.before.accounts
        }
        for student_id in cluster.students:
            if account := self.before.student(student_id):
                found |= {
                    guardian
                    for guardian in self.before.guardians(account.id)
                    if self.before.accounts[guardian].name in cluster.names
                }
        return found

    # Claims

    def claimants(self, contact: Contact) -> list[Person]:
        """The people whose rows claim a contact point."""
        return [
            *self.own_claims.get(contact, []),
            *(("guardian", c.number) for c in self._clusters_with.get(contact, [])),
        ]

    @cached_property
    def _clusters_with(self) -> dict[Contact, list[Cluster]]:
        found: dict[Contact, list[Cluster]] = defaultdict(list)
        for cluster in self.clusters:
            for contact in cluster.contacts:
                found[contact].append(cluster)
        return dict(found)

    def names_of(self, person: Person) -> list[Name]:
        """The names that rows give a person."""
        who, record_id = person
        if who == "guardian":
            return next(cluster.names for cluster in self.clusters if cluster.number == record_id)
        return [row.name(who) for row in self._rows_of(who)[record_id]]

    def may_be_merged(self, people: list[Person]) -> bool:
        """Whether some of these claimants of one contact point have one full name: the law may make them one person."""
        names = [name for person in people for name in set(self.names_of(person))]
        return len(names) != len(set(names)) or not all(map(any, names))

    def winner(self, contact: Contact) -> Person | None:
        """The person who must have a contact point after this drop, if the law names one."""
        people = self.claimants(contact)
        if not people or self.may_be_merged(people):
            return None
        if any(who != "guardian" and not self.is_plain(who, i) for who, i in people):
            return None
        clusters = self._clusters_with.get(contact, [])
        if any(len(c.names) > 1 or not all(self.is_plain("student", s) for s in c.students) for c in clusters):
            return None
        holder = self.before.contacts.get(contact)
        if holder and not self.is_free(holder):
            return None
        top = min(RANKS.index(who) for who, _ in people)
        first = [person for person in people if RANKS.index(person[0]) == top]
        if len(first) == 1:
            return first[0]
        if holder and top == 0:
            incumbents = [person for person in first if self.account(*person) is self.before.accounts[holder]]
            return incumbents[0] if len(incumbents) == 1 else None
        return None

    def is_twin(self, who: str, record_id: str) -> bool:
        """Whether another id has the same name and email: the law may make them one teacher."""
        if who != "teacher" or record_id not in self.teachers:
            return False
        row = self.teachers[record_id][0]
        return len(self._teachers_as[row.name(who), row["teacher_email"]]) > 1

    def rows_of_one(self, who: str, record_id: str) -> list[Row]:
        """The rows of a teacher or student. Teachers with one name and email are one, whatever their ids are."""
        rows = self._rows_of(who).get(record_id, [])
        if who == "student" or not rows:
            return rows
        return [row for i in self._teachers_as[rows[0].name(who), rows[0]["teacher_email"]] for row in self.teachers[i]]

    @cached_property
    def _names_and_emails(self) -> set[tuple[Name, values.Value]]:
        """The names and emails of the teachers."""
        return {(rows[0].name("teacher"), self.own_contact("teacher", i, "email")) for i, rows in self.teachers.items()}

    @cached_property
    def _teachers_as(self) -> dict[tuple[Name, str], list[str]]:
        """The teacher ids of each name and email."""
        found: dict[tuple[Name, str], list[str]] = defaultdict(list)
        for teacher_id, rows in self.teachers.items():
            found[rows[0].name("teacher"), rows[0]["teacher_email"]].append(teacher_id)
        return found

    def is_free(self, account_id: str) -> bool:
        """Whether all is known of the holder of a contact point: nothing protects what it has."""
        account = self.before.accounts[account_id]
        if self.may_stand_in_a_reject(account) or self.is_at_a_school_without_rows(account):
            return False
        if not self.has_rosters and account_id in self._owners:
            return False  # classes stay as they are, and so do their owners
        ids = [("teacher", account.teacher_id), ("student", account.student_id)]
        for who, record_id in ids:
            if record_id and not self.is_plain(who, record_id):
                return False
            if record_id and record_id not in self._rows_of(who) and self.is_named_in_rosters(record_id):
                return False
            if who == "teacher" and record_id in self.teachers and self.may_be_refused(record_id):
                return False
            if record_id in self._rows_of(who) and any(
                self.own_contact(who, record_id, kind) is values.UNREADABLE for kind in ("email", "phone")
            ):
                return False
        children = [self.before.accounts[child].student_id for child in self.before.children(account_id)]
        return all(
            child
            and self.is_plain("student", child)
            and (child in self.students or not self.is_named_in_rosters(child))
            and not any(self.may_give_no_account(mention) for mention in self.mentions_of(child))
            for child in children
        )

    @cached_property
    def _owners(self) -> set[str]:
        return {record["owner_account_id"] for record in self.before.classes.values()}

    def rivals(self, teacher_id: str) -> list[str]:
        """The other teachers whose rows claim the email of a teacher."""
        email = self.own_contact("teacher", teacher_id, "email")
        if not isinstance(email, str):
            return []
        return [i for who, i in self.claimants(("email", email)) if who == "teacher" and i != teacher_id]

    def may_be_refused(self, teacher_id: str) -> bool:
        """Whether another teacher may get the email: the row is an error then, and the delivered values stay.

        The account that has the email keeps it. If nobody has it, the first id gets it.
        """
        email, rivals = self.own_contact("teacher", teacher_id, "email"), self.rivals(teacher_id)
        if not rivals or not isinstance(email, str):
            return False
        own, holder = self.account("teacher", teacher_id), self.before.contacts.get(("email", email))
        return teacher_id > min(rivals) if holder is None else own is None or holder != own.id

    def is_refused(self, teacher_id: str, now: Account | None) -> bool:
        """Whether another teacher has the email, so that the row of this one is an error. `now` is the account today."""
        email = self.own_contact("teacher", teacher_id, "email") if teacher_id in self.teachers else None
        return isinstance(email, str) and bool(self.rivals(teacher_id)) and (now is None or now.email != email)

    def is_at_a_school_without_rows(self, account: Account) -> bool:
        """Whether a school of the account waits, is ignored, or is not in schools.csv."""
        return not self.schools_of(account) <= self.linked
