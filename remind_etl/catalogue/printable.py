"""What a page, a table or a message can show of a text that we did not write."""


def printable(text: str) -> str:
    """The text with a replacement character for each that breaks the line or controls the screen."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
