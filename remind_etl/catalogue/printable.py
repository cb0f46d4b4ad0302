"""Makes a text of others safe to show in a page, a table or a message."""


def printable(text: str) -> str:
    """The text with a replacement character for each that breaks the line or controls the screen."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
