"""Names of people as they are typed into one line."""

LONGEST_NAME = 120


def names_in(text: str) -> list[str]:
    """Names typed into one line, between commas, semicolons or the word "and"."""
    parts = text.replace(";", ",").replace(" and ", ",").split(",")
    return [" ".join(part.split()) for part in parts if part.strip()]
