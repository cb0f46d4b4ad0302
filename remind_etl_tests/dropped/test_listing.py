from dataclasses import replace
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from remind_etl.dropped.listing import LEFTOVER_SECONDS, Entry, Listing, Pending, assess_upload, settle
from remind_etl.schema.upload import ACCOUNT_FILES, FILES

FIVE = tuple(file.file_name for file in FILES)
THREE = tuple(file.file_name for file in ACCOUNT_FILES)
NAMES = (
    *FIVE,
    *(name.upper() for name in FIVE),
    *(
        "Students.CSV",
        "roster.zip",
        "ROSTER.ZIP",
        "other.zip",
        "._roster.zip",
        "notes.txt",
        ".DS_Store",
        "students.csv.bak",
    ),
    *("students.csv.filepart", "classes.csv~", ".in.schools.csv", "teachers.csv.1a2b3c4d.partial", "roster.zip.part"),
)


def listed(*names: str, size: int = 10, mtime: int = 1) -> list[Entry]:
    return [Entry(name, size, mtime, is_regular=True) for name in names]


entries = st.builds(
    Entry,
    st.sampled_from(NAMES) | st.text(max_size=5),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from([True] * 9 + [False]),
)
directories = st.lists(entries, unique_by=lambda entry: entry.name, max_size=10)
drops = st.sampled_from([listed(*FIVE), listed(*THREE), listed("roster.zip"), listed("SCHOOLS.csv", *FIVE[1:])])


class TestWhatADropIs:
    @pytest.mark.parametrize("names", [FIVE, THREE, ("roster.zip",), ("Roster 2026.ZIP",)])
    def test_five_files_or_the_three_of_accounts_or_one_zip_are_complete(self, names: tuple[str, ...]) -> None:
        listing = assess_upload(listed(*names))
        assert listing.is_complete
        assert listing.waits_for is None
        assert {entry.name for entry in listing.files} == set(names)

    @pytest.mark.parametrize("missing", FIVE)
    def test_a_drop_of_five_waits_for_whichever_is_missing(self, missing: str) -> None:
        listing = assess_upload(listed(*(set(FIVE) - {missing})))
        assert not listing.is_complete
        assert listing.missing == (missing,)
        assert listing.waits_for == f"Waits for {missing}."

    def test_a_file_or_an_upload_that_is_too_large_is_a_fault(self) -> None:
        sparse = assess_upload([*listed(*FIVE[:-1]), *listed(FIVE[-1], size=20_000_000_000)])
        assert not sparse.is_complete
        assert sparse.waits_for is not None
        assert sparse.waits_for.startswith(
            "enrollments.csv cannot be taken: it has 20.0 GB, and a file may have 2.0 GB. The export should have only"
        )
        many = assess_upload(listed(*FIVE, size=900_000_000))
        assert many.faults[0].startswith("classes.csv cannot be taken: all files together have 4.5 GB")
        assert assess_upload(listed("roster.zip", size=3_900_000_000)).is_complete
        assert not assess_upload(listed("roster.zip", size=4_100_000_000)).is_complete

    def test_missing_files_are_named_in_the_order_of_the_contract(self) -> None:
        assert assess_upload(listed("classes.csv")).missing == (
            "schools.csv",
            "teachers.csv",
            "students.csv",
            "enrollments.csv",
        )

    @pytest.mark.parametrize(
        "others", [(), ("notes.txt", ".DS_Store", "._students.csv", "._roster.zip", "teachers and students.txt")]
    )
    def test_other_files_are_no_drop(self, others: tuple[str, ...]) -> None:
        listing = assess_upload(listed(*others))
        assert listing.is_empty
        assert not listing.is_complete
        assert (listing.fingerprint, listing.observation, listing.missing) == ("", "", THREE)
        assert listing.waits_for == "Nothing has been uploaded yet."

    def test_a_file_that_may_be_meant_is_named_beside_the_one_that_is_waited_for(self) -> None:
        dated = assess_upload(listed("schools-2026-11-25.csv", "students.csv.csv", "Teacher (1).csv"))
        assert not dated.is_empty
        assert dated.waits_for == (
            "Waits for schools.csv (schools-2026-11-25.csv may be this file), teachers.csv (Teacher (1).csv may be this file), "
            "students.csv (students.csv.csv may be this file)."
        )
        assert assess_upload([*listed(*THREE), *listed("students.xlsx")]).is_complete

    @pytest.mark.parametrize("name", ["students.csv.gz", "students.csv ", "Students.CSV.BZ2", "students.csv .7z"])
    def test_a_compressed_file_or_a_blank_behind_its_name_is_named(self, name: str) -> None:
        listing = assess_upload([*listed("schools.csv", "teachers.csv"), *listed(name)])
        assert listing.waits_for == f"Waits for students.csv ({name} may be this file)."

    def test_names_count_in_any_case_and_the_real_ones_are_kept(self) -> None:
        names = ("Schools.csv", "TEACHERS.CSV", "Students.CSV")
        assert tuple(entry.name for entry in assess_upload(listed(*names)).files) == (
            "Schools.csv",
            "Students.CSV",
            "TEACHERS.CSV",
        )

    def test_a_file_of_0_bytes_is_still_to_come(self) -> None:
        listing = assess_upload([*listed(*THREE), *listed("Classes.csv", size=0)])
        assert listing.missing == ("classes.csv", "enrollments.csv")
        assert listing.empty == ("Classes.csv",)
        assert listing.waits_for == "Waits for classes.csv (its upload has begun), enrollments.csv."

    @pytest.mark.parametrize("begun", [listed("roster.zip", size=0), listed("roster.zip.filepart")])
    def test_a_zip_that_has_only_begun_is_waited_for(self, begun: list[Entry]) -> None:
        listing = assess_upload(begun)
        assert not listing.is_empty
        assert not listing.is_complete
        assert listing.waits_for == "Waits for the zip file (its upload has begun)."


class TestTemporaryFiles:
    @pytest.mark.parametrize("target", ["students.csv", "Students.CSV", "Roster.zip"])
    @pytest.mark.parametrize(
        "form",
        [
            "{}.filepart",
            "{}.part",
            "{}.partial",
            "{}.tmp",
            "{}.temp",
            "{}.crdownload",
            "{}.lftp",
            "{}.upload",
            "{}.uploading",
            "{}.incomplete",
            ".{}.Xy12Ab",
            "{}.TMP",
            "{}~",
            ".in.{}",
            "{}.a1b2c3d4.partial",
        ],
    )
    def test_the_temporary_name_of_a_drops_file_is_an_upload(self, form: str, target: str) -> None:
        name = form.format(target)
        assert assess_upload(listed(name)).uploading == (name,)

    @pytest.mark.parametrize(
        "name", ["notes.txt.part", "my-students.csv.tmp", ".in.notes.txt", "students.csv.old", "~students.csv"]
    )
    def test_temporary_names_of_other_files_mean_nothing(self, name: str) -> None:
        assert assess_upload(listed(name)).is_empty

    def test_a_temporary_file_is_seen_but_is_not_part_of_the_drop(self) -> None:
        before, during = assess_upload(listed(*FIVE)), assess_upload(listed(*FIVE, "students.csv.filepart"))
        assert during.is_complete
        assert during.files == before.files
        assert during.fingerprint == before.fingerprint
        assert during.observation != before.observation


class TestFaults:
    @pytest.mark.parametrize(
        ("entries", "says"),
        [
            (
                listed(*FIVE, "Students.CSV"),
                "Students.CSV and students.csv differ only in upper and lower case. Keep the current one and delete the other.",
            ),
            (
                listed(*FIVE, "roster.zip"),
                "There are a zip and separate CSV files. Keep either the zip or the CSV files.",
            ),
            (
                listed("a.zip", "b.zip"),
                "There are 2 zip files. Keep the one with the current files and delete the others.",
            ),
            (
                [Entry("students.csv", 10, 1, is_regular=False)],
                "students.csv is a folder or a link. Upload it as a file.",
            ),
            ([Entry("a.zip", 10, 1, is_regular=False)], "The zip is a folder or a link. Upload it as a file."),
        ],
    )
    def test_a_fault_is_said_in_a_sentence_and_holds_the_drop_back(self, entries: list[Entry], says: str) -> None:
        listing = assess_upload(entries)
        assert listing.faults == (says,)
        assert listing.waits_for == says
        assert not listing.is_complete
        assert not listing.is_empty

    def test_files_in_a_second_folder_upload_are_named_if_there_are_no_others(self) -> None:
        nested = Entry("upload", 4_096, 1, is_regular=False)
        listing = assess_upload([nested])
        assert listing.waits_for == (
            "The folder upload has another folder upload in it. Upload the files into /upload itself."
        )
        assert not listing.is_empty
        assert assess_upload([nested, *listed(*THREE)]).is_complete

    def test_a_link_is_never_part_of_a_drop(self) -> None:
        link = Entry("students.csv", 10, 1, is_regular=False)
        assert link not in assess_upload([*listed("schools.csv", "teachers.csv"), link]).files


class TestAnyDirectory:
    @given(directories, st.randoms())
    def test_the_order_of_the_entries_changes_nothing(self, directory: list[Entry], random: Random) -> None:
        shuffled = list(directory)
        random.shuffle(shuffled)
        assert assess_upload(shuffled) == assess_upload(directory)

    @given(directories)
    def test_complete_means_three_or_five_files_or_one_zip_all_whole(self, directory: list[Entry]) -> None:
        listing = assess_upload(directory)
        names = {entry.name.casefold() for entry in listing.files}
        is_whole = all(entry.is_regular and entry.size > 0 for entry in listing.files)
        is_drop = names in (set(THREE), set(FIVE)) or (len(listing.files) == 1 and names.pop().endswith(".zip"))
        assert listing.is_complete <= (is_whole and is_drop)

    @given(directories)
    def test_what_is_not_complete_says_why(self, directory: list[Entry]) -> None:
        listing = assess_upload(directory)
        assert (listing.waits_for is None) == listing.is_complete
        assert listing.waits_for is None or listing.waits_for.endswith(".")

    @given(directories, st.integers(1, 10**9))
    def test_what_the_servers_clock_shows_changes_no_judgement(self, directory: list[Entry], shift: int) -> None:
        there = assess_upload([replace(entry, mtime=entry.mtime + shift) for entry in directory])
        here = assess_upload(directory)
        assert (there.is_complete, there.missing, there.faults, there.uploading) == (
            here.is_complete, here.missing, here.faults, here.uploading
        )  # fmt: skip


class TestFingerprints:
    @given(directories, directories)
    def test_are_equal_exactly_if_the_files_are(self, one: list[Entry], other: list[Entry]) -> None:
        a, b = assess_upload(one), assess_upload(other)
        assert (a.fingerprint == b.fingerprint) == (a.files == b.files)

    @given(drops, st.data())
    def test_change_with_the_size_time_or_name_of_any_file(self, drop: list[Entry], data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(drop) - 1))
        entry = drop[at]
        changed = data.draw(
            st.sampled_from([
                replace(entry, size=entry.size + 1),
                replace(entry, mtime=entry.mtime + 1),
                replace(entry, name=entry.name.swapcase()),
            ])
        )  # fmt: skip
        before, after = assess_upload(drop), assess_upload([*drop[:at], changed, *drop[at + 1 :]])
        assert before.fingerprint != after.fingerprint
        assert before.observation != after.observation

    @given(drops, entries.filter(lambda entry: assess_upload([entry]).observation == ""))
    def test_do_not_change_with_files_no_drop_has(self, drop: list[Entry], other: Entry) -> None:
        assert assess_upload([*drop, other]) == assess_upload(drop)


LOOKS = (assess_upload([]), assess_upload(listed("students.csv")), assess_upload(listed(*FIVE)), assess_upload(listed(*FIVE, mtime=2)),
         assess_upload(listed(*FIVE, "classes.csv.part")), assess_upload(listed(*FIVE, "roster.zip")))  # fmt: skip


def look_again(looks: list[tuple[float, Listing]], quiet: int) -> list[bool]:
    """Settle look after look, as the sensor does."""
    pending: Pending | None = None
    verdicts = []
    for now, listing in looks:
        pending, is_settled = settle(listing, pending, now, quiet)
        verdicts.append(is_settled)
    return verdicts


class TestSettling:
    def test_a_first_look_never_settles(self) -> None:
        pending, is_settled = settle(assess_upload(listed(*FIVE)), None, 1_000.0, 0)
        assert pending == Pending(assess_upload(listed(*FIVE)).observation, 1_000.0)
        assert not is_settled

    def test_a_second_look_at_the_same_settles_after_the_quiet_period(self) -> None:
        drop = assess_upload(listed(*FIVE))
        assert look_again([(0.0, drop), (299.9, drop), (300.0, drop)], 300) == [False, False, True]

    def test_without_a_quiet_period_the_second_look_settles(self) -> None:
        drop = assess_upload(listed(*FIVE))
        assert look_again([(0.0, drop), (0.0, drop)], 0) == [False, True]

    def test_any_change_starts_the_quiet_period_anew(self) -> None:
        one, other = assess_upload(listed(*FIVE)), assess_upload(listed(*FIVE, mtime=2))
        assert look_again([(0, one), (299, other), (300, other), (598, other), (599, other)], 300)[2:] == [
            False,
            False,
            True,
        ]

    def test_a_file_that_vanishes_between_two_looks_starts_it_anew(self) -> None:
        drop, gap = assess_upload(listed(*FIVE)), assess_upload(listed(*FIVE[1:]))
        assert look_again([(0, drop), (200, gap), (300, drop), (600, drop)], 300) == [False, False, False, True]

    @pytest.mark.parametrize("listing", [LOOKS[0], LOOKS[1], LOOKS[5]])
    def test_what_is_incomplete_or_faulty_never_settles(self, listing: Listing) -> None:
        assert look_again([(0, listing), (1e9, listing)], 0) == [False, False]

    def test_a_temporary_file_holds_the_drop_back_until_it_is_a_leftover(self) -> None:
        busy = assess_upload(listed(*FIVE, "students.csv.filepart"))
        assert look_again([(0, busy), (LEFTOVER_SECONDS - 1, busy), (LEFTOVER_SECONDS, busy)], 300) == [
            False,
            False,
            True,
        ]

    def test_a_temporary_file_that_grows_is_no_leftover(self) -> None:
        looks = [(600.0 * i, assess_upload([*listed(*FIVE), *listed("students.csv.part", size=i)])) for i in range(20)]
        assert not any(look_again(looks, 300))

    def test_a_clock_set_back_costs_one_quiet_period(self) -> None:
        drop = assess_upload(listed(*FIVE))
        assert look_again([(1e6, drop), (0, drop), (299, drop), (300, drop)], 300) == [False, False, False, True]

    @given(
        st.lists(st.tuples(st.sampled_from([1, 60, 299, 300, 3_600]), st.sampled_from(LOOKS))),
        st.sampled_from([0, 300]),
    )
    @example([(1, LOOKS[2]), (300, LOOKS[2])], 300)
    def test_settled_means_all_looks_for_the_whole_quiet_period_saw_the_same(
        self, steps: list[tuple[int, Listing]], quiet: int
    ) -> None:
        looks, now = [], 0.0
        for seconds, listing in steps:
            now += seconds
            looks.append((now, listing))
        for at, is_settled in enumerate(look_again(looks, quiet)):
            now, listing = looks[at]
            same = at
            while same > 0 and looks[same - 1][1] == listing:
                same -= 1
            needed = LEFTOVER_SECONDS if listing.uploading else quiet
            assert is_settled == (listing.is_complete and same < at and now - looks[same][0] >= needed)


class TestTheMark:
    def mark(self, mtime: int, size: int = 0) -> Entry:
        return Entry("_COMPLETE", size, mtime, is_regular=True)

    def test_that_came_after_all_files_ends_the_quiet_period_at_once(self) -> None:
        drop = assess_upload([*listed(*FIVE), self.mark(2)])
        assert settle(drop, None, 1_000.0, 300) == (Pending(drop.observation, 1_000.0), True)

    @pytest.mark.parametrize("name", ["_complete", "_Complete"])
    def test_may_be_in_any_case(self, name: str) -> None:
        assert assess_upload([*listed(*FIVE), *listed(name, mtime=2)]).mark is not None

    def test_that_is_older_than_a_file_ends_nothing(self) -> None:
        drop = assess_upload([*listed(*FIVE[1:]), *listed(FIVE[0], mtime=3), self.mark(2)])
        assert not settle(drop, None, 1_000.0, 300)[1]
        assert settle(drop, Pending(drop.observation, 700.0), 1_000.0, 300)[1]

    def test_of_the_second_of_a_file_counts_when_two_looks_saw_the_same(self) -> None:
        drop = assess_upload([*listed(*FIVE), self.mark(1)])
        pending, is_settled = settle(drop, None, 1_000.0, 300)
        assert not is_settled
        assert settle(drop, pending, 1_001.0, 300) == (pending, True)

    def test_that_was_taken_with_the_upload_before_ends_nothing_again(self) -> None:
        before = assess_upload([*listed(*FIVE), self.mark(5)])
        now = assess_upload([*listed(*FIVE, mtime=2), self.mark(5)])
        assert not settle(now, None, 1_000.0, 300, taken=before.fingerprint)[1]
        again = assess_upload([*listed(*FIVE, mtime=2), self.mark(6)])
        assert settle(again, None, 1_000.0, 300, taken=before.fingerprint)[1]

    def test_ends_nothing_while_a_file_is_missing_or_being_uploaded(self) -> None:
        assert not settle(assess_upload([*listed(*FIVE[1:]), self.mark(2)]), None, 1_000.0, 300)[1]
        busy = assess_upload([*listed(*FIVE, "students.csv.filepart"), self.mark(2)])
        assert not settle(busy, None, 1_000.0, 300)[1]

    def test_alone_is_no_upload_and_with_files_belongs_to_it(self) -> None:
        assert assess_upload([self.mark(1)]).is_empty
        assert assess_upload([self.mark(1)]).fingerprint == ""
        prints = {
            assess_upload([*listed(*FIVE), *marks]).fingerprint for marks in ([], [self.mark(1)], [self.mark(1, 9)])
        }
        assert len(prints) == 3
