"""The small archive of the archive's tests, in which series are made."""

from tests.archive.conftest import archive

__all__ = ["archive"]
