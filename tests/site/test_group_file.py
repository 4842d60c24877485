"""Whatever the database holds of a group goes along in the group's file, or says why it doesn't."""

from readinggroup.exchange.group_file import LEFT_OUT, TABLES, TAKEN


def test_every_table_goes_along_or_says_why_not() -> None:
    assert set(TABLES) == {*TAKEN, *LEFT_OUT}, (
        "a new table goes into TAKEN or, with a reason, into LEFT_OUT of readinggroup/exchange/group_file.py;"
        " what goes along needs a row in tests/exchange/build.py"
    )
    assert set(TAKEN) & set(LEFT_OUT) == set()


def test_a_table_comes_after_those_that_its_rows_point_to() -> None:
    for place, name in enumerate(TAKEN):
        pointed = {key.column.table.name for key in TABLES[name].foreign_keys} - {name, "user"}
        assert pointed & set(TAKEN) <= set(TAKEN[:place]), name
