"""Settings: what the environment says, read once, refused where it is nonsense."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
DATABASES = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class BadSetting(ValueError):
    """An environment variable says something that the site can't work with."""

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable}: {problem}")
        self.variable = variable


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What this installation was told.  Made by ``Settings.read``; nothing else reads the environment.

    ``development`` is true while the site serves this machine only: its HOST and its SITE_URL are loopback
    addresses.  Then a missing SECRET_KEY is made up and kept, the sample group may be loaded, and requests
    for any other host name are refused.
    """

    development: bool
    secret_key: str
    data_dir: Path
    database_url: str
    site_url: str
    trusted_hosts: tuple[str, ...]
    host: str
    port: int
    trusted_proxies: int
    rate_limits: bool
    lookups: bool
    upload_bytes: int
    upload_bytes_a_day: int
    upload_bytes_of_group: int
    recording_bytes: int
    recording_bytes_of_group: int
    smtp_url: str | None
    mail_from: str
    sample_password: str | None

    @property
    def shows_mails(self) -> bool:
        """Whether mails are shown on the terminal and on a page, since nothing can send them: in development only."""
        return self.development and self.smtp_url is None

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is one file of SQLite."""
        return self.database_url.startswith("sqlite")

    @property
    def database_file(self) -> Path:
        """Where SQLite keeps the database.  Raises ValueError on another database."""
        if not self.on_sqlite:
            raise ValueError("Only SQLite keeps the database in a file.")
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def engine_url(self) -> str:
        """The address for SQLAlchemy.  SQLite is opened so that a missing file is an error, not an empty site."""
        if self.on_sqlite:
            return f"sqlite:///file:{quote(str(self.database_file))}?mode=rw&uri=true"
        return self.database_url

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """The settings in ``environ``, by default the process's own.

        Raises BadSetting, which names the variable and says what it takes.
        """
        said = {k: v.strip() for k, v in (os.environ if environ is None else environ).items() if v.strip()}
        host, port = said.get("HOST", "127.0.0.1"), _port(said)
        site_url = _site_url(said, port)
        development = is_loopback(host) and is_loopback(urlsplit(site_url).hostname or "")
        data_dir = Path(said.get("DATA_DIR", str(ROOT / "instance"))).expanduser().absolute()
        upload = _megabytes(said, "UPLOAD_MB", default=20, most=500)
        return cls(
            development=development,
            secret_key=_secret_key(said, data_dir, development=development),
            data_dir=data_dir,
            database_url=_database_url(said, data_dir),
            site_url=site_url,
            trusted_hosts=_trusted_hosts(site_url, development=development),
            host=host,
            port=port,
            trusted_proxies=_whole(said, "TRUSTED_PROXIES", default=0, least=0, most=10),
            rate_limits=_rate_limits(said, development=development),
            lookups=_switch(said, "LOOKUPS"),
            upload_bytes=upload,
            upload_bytes_a_day=_megabytes(said, "UPLOAD_MB_A_DAY", default=100, most=100_000),
            upload_bytes_of_group=_megabytes(said, "UPLOAD_MB_OF_GROUP", default=2_000, most=10_000_000),
            recording_bytes=_megabytes(said, "RECORDING_MB", default=500, least=0, most=2_000),
            recording_bytes_of_group=_megabytes(
                said, "RECORDING_MB_OF_GROUP", default=20_000, most=10_000_000
            ),
            smtp_url=_smtp_url(said),
            mail_from=said.get("MAIL_FROM", f"Reading Group <noreply@{urlsplit(site_url).hostname}>"),
            sample_password=said.get("SAMPLE_PASSWORD") if development else None,
        )


def is_loopback(host: str) -> bool:
    """Whether ``host`` (a name or an address) is this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _whole(said: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    value = said.get(name, str(default))
    if not (value.isascii() and value.isdigit() and least <= int(value[:9]) <= most):
        raise BadSetting(name, f"takes a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def _megabytes(said: Mapping[str, str], name: str, *, default: int, most: int, least: int = 1) -> int:
    return _whole(said, name, default=default, least=least, most=most) * 1024 * 1024


def _port(said: Mapping[str, str]) -> int:
    return _whole(said, "PORT", default=5000, least=1, most=65535)


def _site_url(said: Mapping[str, str], port: int) -> str:
    value = said.get("SITE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    try:
        parts = urlsplit(value)
        valid = (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
        )
        valid = valid and not parts.path and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid:
        raise BadSetting(
            "SITE_URL", f"takes the address of the site, such as https://reading.example.org, not {value!r}."
        )
    return value


def _trusted_hosts(site_url: str, *, development: bool) -> tuple[str, ...]:
    own = urlsplit(site_url).hostname or ""
    return (own, "127.0.0.1", "localhost", "[::1]") if development else (own,)


def _secret_key(said: Mapping[str, str], data_dir: Path, *, development: bool) -> str:
    if key := said.get("SECRET_KEY"):
        if len(key) < 16:
            raise BadSetting(
                "SECRET_KEY", "takes at least 16 characters; `openssl rand -hex 32` makes a good one."
            )
        return key
    if not development:
        raise BadSetting(
            "SECRET_KEY", "is required on a site that others can reach; `openssl rand -hex 32` makes one."
        )
    return _kept_key(data_dir / "secret_key")


def _kept_key(file: Path) -> str:
    """The key that this development installation made up on its first start."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32))
    key = file.read_text(encoding="ascii").strip()
    if len(key) < 16:
        raise BadSetting("SECRET_KEY", f"isn't set, and the key kept in {file} is damaged: delete that file.")
    return key


def _database_url(said: Mapping[str, str], data_dir: Path) -> str:
    value = said.get("DATABASE_URL")
    if value is None:
        return f"sqlite:///{data_dir / 'readinggroup.sqlite3'}"
    scheme, _, rest = value.partition("://")
    driver = DATABASES.get(scheme.partition("+")[0])
    if driver is None or not rest:
        raise BadSetting(
            "DATABASE_URL",
            "takes sqlite:////path/to/file or postgresql://user:password@host/name, and this is neither.",
        )
    if driver == "sqlite":
        return f"sqlite:///{Path(rest.removeprefix('/')).expanduser().absolute()}"
    return f"{driver}://{rest}"


def _rate_limits(said: Mapping[str, str], *, development: bool) -> bool:
    is_on = _switch(said, "RATE_LIMITS")
    if not is_on and not development:
        raise BadSetting(
            "RATE_LIMITS", "can be switched off only in development (HOST and SITE_URL on this machine)."
        )
    return is_on


def _switch(said: Mapping[str, str], name: str) -> bool:
    value = said.get(name, "on").lower()
    if value not in {"on", "off"}:
        raise BadSetting(name, f"takes on or off, not {value!r}.")
    return value == "on"


def _smtp_url(said: Mapping[str, str]) -> str | None:
    value = said.get("SMTP_URL")
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        valid = (
            parts.scheme in {"smtp", "smtps"}
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        valid = False
    if not valid:
        raise BadSetting("SMTP_URL", "takes smtp://user:password@host:587 or smtps://user:password@host:465.")
    return value
