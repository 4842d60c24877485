"""What the archive's address says: the filters and the page."""

from werkzeug.datastructures import MultiDict

from readinggroup.archive.queries import Filters
from readinggroup.web.forms import tidy

LONGEST = 120
WORDS = 8
LAST_PAGE = 1_000_000


def filters_in(args: MultiDict[str, str]) -> Filters:
    """The filters of an address; of ``q`` the first eight words."""
    asked = {
        name: " ".join(tidy(args.get(name))[:LONGEST].split()) for name in ("q", "topic", "speaker", "year")
    }
    asked["q"] = " ".join(asked["q"].split()[:WORDS])
    return Filters(**asked)


def page_in(args: MultiDict[str, str]) -> int | None:
    """The page that an address asks for, 1 where it asks for none; None where there can't be such a page."""
    asked = args.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= len(str(LAST_PAGE))):
        return None
    return int(asked) or None
