"""Settings refuse nonsense and name the variable."""

from pathlib import Path

import pytest

from readinggroup.config import BadSetting, Settings

PRODUCTION = {"SITE_URL": "https://reading.example.org", "SECRET_KEY": "k" * 32}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"), ("PORT", "0"), ("PORT", "70000"), ("PORT", "²"), ("PORT", "9" * 40),
        ("SITE_URL", "reading.example.org"), ("SITE_URL", "ftp://x.org"), ("SITE_URL", "http://[::1"),
        ("SITE_URL", "https://x.org/path"), ("DATABASE_URL", "mysql://x"), ("DATABASE_URL", "sqlite"),
        ("TRUSTED_PROXIES", "-1"), ("TRUSTED_PROXIES", "99"), ("RATE_LIMITS", "maybe"),
        ("UPLOAD_MB", "0"), ("UPLOAD_MB", "20 MB"), ("UPLOAD_MB_A_DAY", "-1"), ("UPLOAD_MB_OF_GROUP", "all"),
        ("RECORDING_MB", "-1"), ("RECORDING_MB", "2001"), ("RECORDING_MB_OF_GROUP", "0"),
        ("SMTP_URL", "mail.example.org"), ("SECRET_KEY", "short"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_name(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(BadSetting, match=rf"^{variable}: ") as refused:
        Settings.read({"DATA_DIR": str(tmp_path), variable: value})

    assert refused.value.variable == variable


def test_development_is_this_machine_alone(tmp_path: Path) -> None:
    said = {"DATA_DIR": str(tmp_path)}

    assert Settings.read(said).development
    assert not Settings.read(said | PRODUCTION).development
    with pytest.raises(BadSetting, match=r"^SECRET_KEY: is required"):
        Settings.read(said | {"HOST": "0.0.0.0"})


def test_production_has_no_sample_password_and_keeps_limits(tmp_path: Path) -> None:
    said = {"DATA_DIR": str(tmp_path), **PRODUCTION}

    assert Settings.read(said | {"SAMPLE_PASSWORD": "known to all"}).sample_password is None
    with pytest.raises(BadSetting, match=r"^RATE_LIMITS: "):
        Settings.read(said | {"RATE_LIMITS": "off"})


def test_a_made_up_key_is_kept(tmp_path: Path) -> None:
    first = Settings.read({"DATA_DIR": str(tmp_path)}).secret_key

    assert Settings.read({"DATA_DIR": str(tmp_path)}).secret_key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("given", "engine"),
    [
        ("sqlite:////var/lib/rg/site.sqlite3", "sqlite:///file:/var/lib/rg/site.sqlite3?mode=rw&uri=true"),
        ("postgresql://rg@db/rg", "postgresql+psycopg://rg@db/rg"),
        ("postgres://rg@db/rg", "postgresql+psycopg://rg@db/rg"),
    ],
)
def test_database_addresses_get_their_driver(tmp_path: Path, given: str, engine: str) -> None:
    assert Settings.read({"DATA_DIR": str(tmp_path), "DATABASE_URL": given}).engine_url == engine


def test_other_host_names_are_refused(tmp_path: Path) -> None:
    assert Settings.read({"DATA_DIR": str(tmp_path), **PRODUCTION}).trusted_hosts == ("reading.example.org",)
