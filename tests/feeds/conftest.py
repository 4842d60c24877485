"""The feeds are read of the programme that the tests of scheduling make."""

from tests.scheduling.conftest import programme, set_clock

__all__ = ["programme", "set_clock"]
