"""E-mail addresses, folded so that one person is one account."""

import unicodedata

from email_validator import EmailNotValidError, validate_email


class BadAddress(ValueError):
    """What was given is no e-mail address; the message says why."""


def fold(address: str) -> str:
    """``address`` as it is stored and compared: Unicode folded, without spaces around, in lower case, its domain as
    mail servers write it.

    Raises BadAddress.
    """
    text = unicodedata.normalize("NFKC", address).strip()
    try:
        valid = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise BadAddress(str(error)) from None
    return (valid.ascii_email or valid.normalized).lower()


def fold_where_valid(address: str | None) -> str | None:
    """``fold``, for a field that keeps what was typed where it is no address."""
    try:
        return fold(address) if address else address
    except BadAddress:
        return address
