"""What the archive's address says: the filters and the page."""

from werkzeug.datastructures import MultiDict

from readinggroup.archive.finding import HIGHEST_NUMBER, Filters
from readinggroup.web.forms import tidy

LONGEST = 120
LAST_PAGE = 1_000_000


def filters_in(args: MultiDict[str, str]) -> Filters:
    """The filters of an address, with single spaces and no longer than LONGEST."""
    return Filters(**{name: " ".join(tidy(args.get(name))[:LONGEST].split()) for name in Filters.__slots__})


def page_in(args: MultiDict[str, str]) -> int | None:
    """The page that an address asks for, 1 where it asks for none; None where there can't be such a page."""
    asked = args.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= len(str(LAST_PAGE))):
        return None
    return int(asked) or None


def below_in(args: MultiDict[str, str]) -> int | None:
    """The number below which an address asks a page to begin; None where it asks for none or for nonsense."""
    asked = args.get("below", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= len(str(HIGHEST_NUMBER))):
        return None
    return min(int(asked), HIGHEST_NUMBER) or None
