"""Who reads which transport URL: what is built in, and what an installed package adds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.errors import TransportTrouble
from newsletter.models.message import Envelope, Outcome
from newsletter.transport import SmtpSettings, open_transport, parse_url
from newsletter.transport.schemes import BUILT_IN

MAIL = Envelope("a@example.org", "b@example.com", "1@example.org", b"Subject: x\r\n\r\nx\r\n")

PLUG_IN = """
from dataclasses import dataclass

@dataclass(frozen=True)
class Pigeons:
    safe_url: str
    def open(self):
        return self

def settings(url, context):
    if "hawk" in url:
        raise ValueError("no hawks")
    return Pigeons(f"{url} from {context.root.name}, password {context.password}")
"""


@pytest.fixture
def plugged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package as pip leaves it: a module, and metadata beside it."""
    (tmp_path / "pigeons.py").write_text(PLUG_IN)
    metadata = tmp_path / "pigeons-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeons\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[newsletter.transports]\npigeon = pigeons:settings\nbroken = nosuchmodule:x\nsmtp = pigeons:settings\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("pigeons", None)


@pytest.mark.usefixtures("plugged_in")
def test_an_installed_package_adds_a_scheme(tmp_path: Path) -> None:
    settings = parse_url("pigeon:loft", allow_password=False, password="coo", root=tmp_path)
    assert settings.safe_url == f"pigeon:loft from {tmp_path.name}, password coo"
    assert open_transport(settings) is settings
    with pytest.raises(ValueError, match="no hawks"):
        parse_url("pigeon:hawk", allow_password=False)


@pytest.mark.usefixtures("plugged_in")
def test_a_plug_in_replaces_nothing_built_in() -> None:
    assert isinstance(parse_url("smtp://relay.example.org", allow_password=False), SmtpSettings)


@pytest.mark.usefixtures("plugged_in")
def test_a_broken_plug_in_is_named() -> None:
    with pytest.raises(ValueError, match=r"plug-in for 'broken:' \(nosuchmodule:x\) cannot be loaded"):
        parse_url("broken:x", allow_password=False)


@pytest.mark.usefixtures("plugged_in")
def test_an_unknown_scheme_is_told_what_there_is() -> None:
    with pytest.raises(ValueError, match=r"no transport of kind 'raven' \(there are .*null.*pigeon.*smtp"):
        parse_url("raven://x", allow_password=False)


@pytest.mark.parametrize("scheme", BUILT_IN)
def test_every_built_in_factory_can_be_imported(scheme: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_url(f"{scheme}:///\0", allow_password=False)
    assert "no transport of kind" not in str(caught.value)


def test_null_takes_everything_once_the_intent_is_durable() -> None:
    settings = parse_url("NULL:", allow_password=False)
    transport = open_transport(settings)
    assert (settings.safe_url, transport.name) == ("null:", "null: (delivers nothing)")
    session = transport.connect()
    asked: list[int] = []
    assert session.send(MAIL, lambda: asked.append(1)).outcome is Outcome.ACCEPTED
    assert asked == [1]

    def full() -> None:
        raise TransportTrouble("the disk is full")

    with pytest.raises(TransportTrouble):
        session.send(MAIL, full)
    session.close()
    with pytest.raises(ValueError, match="nothing may follow"):
        parse_url("null:x", allow_password=False)
