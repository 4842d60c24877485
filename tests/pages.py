"""Reading pages in tests: strict parsing of everything that any test visits."""

import html5lib

PARTS = ("/preview", "/pitches/alike")
"""The addresses that answer with a part of a page, unless they refuse."""


def check_page(page: str, path: str) -> None:
    """Fail when ``page`` isn't well-formed HTML, or breaks a rule of the house that a machine can see."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    is_part = path.endswith(PARTS) and not page.startswith("<!doctype html>")
    try:
        tree = parser.parseFragment(page) if is_part else parser.parse(page)
    except html5lib.html5parser.ParseError as error:
        where = parser.errors[-1][0] if parser.errors else "?"
        raise AssertionError(f"{path}: not well-formed at {where}: {error}") from error
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), (
        f"{path}: an id stands twice: {sorted(i for i in ids if ids.count(i) > 1)}"
    )
    for element in tree.iter():
        assert "style" not in element.attrib, f"{path}: inline style on <{element.tag}>"
        loud = [name for name in element.attrib if str(name).startswith("on")]
        assert not loud, f"{path}: inline script on <{element.tag}>: {loud}"
    assert len(list(tree.iter("h1"))) == (0 if is_part else 1), f"{path}: a page has one h1"
    labelled = {label.get("for") for label in tree.iter("label")}
    wrapped = [inner for label in tree.iter("label") for inner in label.iter()]
    for field in (*tree.iter("input"), *tree.iter("select"), *tree.iter("textarea")):
        named = (
            field.get("type") in {"hidden", "submit"}
            or field.get("aria-label")
            or field.get("aria-labelledby")
        )
        assert named or field.get("id") in labelled or field in wrapped, (
            f"{path}: no label for {field.attrib}"
        )
