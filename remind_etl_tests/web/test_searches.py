"""What is remembered of searches."""

from remind_etl.web.searches import LIFE_SECONDS, MOST_OF_PERSON, MOST_PEOPLE, Searches
from remind_etl_tests.ids import ELM, OAK


def test_a_search_is_known_to_its_person_in_its_district_for_half_an_hour() -> None:
    now = 0.0
    searches = Searches(lambda: now)
    key = searches.keep(1, OAK, "garcia")

    assert searches.text(key, 1, OAK) == "garcia"
    assert searches.text(key, 2, OAK) is None
    assert searches.text(key, 1, ELM) is None
    assert searches.text(key[:-1], 1, OAK) is None
    assert len(key) >= 40
    assert searches.keep(1, OAK, "garcia") != key
    now = LIFE_SECONDS
    assert searches.text(key, 1, OAK) is None


def test_few_searches_of_a_person_and_of_few_people_are_remembered() -> None:
    searches = Searches()
    keys = [searches.keep(0, OAK, str(number)) for number in range(MOST_OF_PERSON + 1)]
    assert [searches.text(key, 0, OAK) for key in keys[:2]] == [None, "1"]
    of_people = [searches.keep(person, OAK, "lia") for person in range(1, MOST_PEOPLE + 1)]
    assert searches.text(keys[-1], 0, OAK) is None
    assert searches.text(of_people[0], 1, OAK) == "lia"


def test_searches_that_are_too_old_do_not_stay_in_memory() -> None:
    now = 0.0
    searches = Searches(lambda: now)
    for person in range(10):
        searches.keep(person, OAK, "lia")
    now = LIFE_SECONDS
    searches.keep(10, OAK, "lia")

    assert [*searches._of_people] == [10]
