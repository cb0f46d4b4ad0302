"""How many examples a property gets: a bounded number in `make test`, thousands in `make soak`."""

from hypothesis import Phase, settings

settings.register_profile("thorough", max_examples=3000, deadline=None)


def examples(number: int, is_dear: bool = False, tries: int = 1) -> settings:
    """That many examples, or those of the profile `thorough`; of dear ones the same each time, and none is shrunk.

    An example that tries several inputs itself counts as so many.
    """
    if settings.get_current_profile_name() == "thorough":
        thorough = settings.get_profile("thorough")
        return settings(thorough, max_examples=thorough.max_examples // tries)
    if is_dear:
        phases = (Phase.explicit, Phase.generate)
        return settings(max_examples=number, deadline=None, derandomize=True, phases=phases)
    return settings(max_examples=number, deadline=None)
