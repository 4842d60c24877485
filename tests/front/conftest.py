"""The front pages show what the archive's tests have made."""

from tests.archive.conftest import archive

__all__ = ["archive"]
