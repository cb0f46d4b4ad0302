"""How many examples a property gets: a bounded number in `make test`, thousands in `make soak`."""

from typing import Final

from hypothesis import HealthCheck, Phase, settings

ON_A_BUSY_MACHINE: Final = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A property does not fail because something else takes the processors."""

settings.register_profile("bounded", ON_A_BUSY_MACHINE)
settings.register_profile("thorough", ON_A_BUSY_MACHINE, max_examples=3000)
settings.load_profile("bounded")  # the command line may name another one


def examples(number: int, is_dear: bool = False, tries: int = 1) -> settings:
    """That many examples, or those of the profile `thorough`; of dear ones the same each time, and none is shrunk.

    An example that tries several inputs itself counts as so many.
    """
    if settings.get_current_profile_name() == "thorough":
        thorough = settings.get_profile("thorough")
        return settings(thorough, max_examples=thorough.max_examples // tries)
    if is_dear:
        phases = (Phase.explicit, Phase.generate)
        return settings(ON_A_BUSY_MACHINE, max_examples=number, derandomize=True, phases=phases)
    return settings(ON_A_BUSY_MACHINE, max_examples=number)
