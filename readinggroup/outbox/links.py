"""The signed link by which a mail's receiver stops its kinds, without signing in (RFC 8058)."""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from readinggroup.outbox.kinds import Kind, UnknownKind, kind_named


@dataclass(frozen=True, slots=True)
class Stop:
    """Whose mails of which kinds: by account, or by address where there is none."""

    who: int | str
    kinds: tuple[Kind, ...]


def stop_token(who: int | str, kinds: list[str], *, secret: str) -> str:
    """What the link carries; it doesn't expire, since mails are kept for years."""
    return str(_signer(secret).dumps([who, kinds]))


def read_stop(token: str, *, secret: str) -> Stop | None:
    """What the link is for; None where it is forged or damaged."""
    try:
        who, names = _signer(secret).loads(token)
        kinds = tuple(kind_named(name) for name in names)
    except (BadData, UnknownKind, ValueError, TypeError):
        return None
    return Stop(who, kinds) if isinstance(who, int | str) else None


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="stop-mail")
