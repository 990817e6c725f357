"""Modules of this folder can be imported by their names; the peers are started once for all tests of a process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "delivery"))

from peer_certificates import PeerCertificates, make_certificates
from postfix_peer import Postfix, running_postfix


@pytest.fixture(scope="session")
def peer_certificates(tmp_path_factory: pytest.TempPathFactory) -> PeerCertificates:
    return make_certificates(tmp_path_factory.mktemp("peer-certificates"))


@pytest.fixture(scope="session")
def postfix(peer_certificates: PeerCertificates) -> Iterator[Postfix]:
    with running_postfix(peer_certificates) as peer:
        yield peer
