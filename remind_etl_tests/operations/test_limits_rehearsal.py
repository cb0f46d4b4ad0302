"""Which past uploads other limits would have held."""

from remind_etl.catalogue.pages import REHEARSED
from remind_etl.operations.limits_rehearsal import rehearse_limits
from remind_etl.schema.limits import Limits


def test_a_trial_says_that_an_upload_waited_for_a_limit_that_is_not_tried() -> None:
    limits = Limits()
    plans = [
        {"drop_id": drop, "kind": "students", "records": records, "delivered": 200, "is_held": is_held}
        for drop, records, is_held in (("d1", 1, False), ("d2", 9, True))
    ]
    assert limits.allowed(200) >= 9 > limits.allowed(200, usual=1)  # the second one waited as unusual

    done = rehearse_limits(plans, limits)

    assert (done.drops, done.would_be_held, done.were_held) == (2, 0, 1)
    said = REHEARSED.format(would=done.would_be_held, drops=done.drops, waited=done.were_held)
    assert "Because of removals, 1 of these uploads really waited. The other limits are not tried" in said
