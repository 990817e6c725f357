"""Mechanisms, tokens from a command, and which answer means what."""

from __future__ import annotations

import json
import sys
import threading
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import EncryptionRefused, LoginRefused, RelayUnreachable, TransportTrouble
from newsletter.transport import SmtpSettings, parse_url
from newsletter.transport.login import log_in
from newsletter.transport.mechanisms import MECHANISMS, Mechanism, Spoken, authenticate, order
from newsletter.transport.replies import Reply
from newsletter.transport.tokens import TokenCommand

OK = Reply(235, "", "2.7.0 welcome")
GO_ON = Reply(334, "", "")
NO = Reply(535, "", "5.7.8 no")


class Relay:
    """Answers in order, and remembers the lines."""

    def __init__(self, *answers: Reply) -> None:
        self.answers = list(answers)
        self.heard: list[str] = []

    def __call__(self, line: str) -> Reply:
        self.heard.append(line)
        return self.answers.pop(0)


def b64(text: str) -> str:
    return b64encode(text.encode()).decode()


def settings(host: str = "relay.example.org", **more: object) -> SmtpSettings:
    values: dict[str, object] = {"user": "mailer", "password": "secret", **more}
    return SmtpSettings(host, 587, **values)  # type: ignore[arg-type]


# -- which mechanism


@pytest.mark.parametrize(
    ("offered", "encrypted", "token", "wanted", "expected"),
    [
        ("CRAM-MD5 LOGIN PLAIN", True, False, None, ["plain", "login", "cram-md5"]),
        ("LOGIN PLAIN CRAM-MD5", False, False, None, ["cram-md5", "plain", "login"]),
        ("LOGIN XOAUTH2", True, False, None, ["login"]),
        ("PLAIN XOAUTH2", True, True, None, ["xoauth2"]),
        ("PLAIN", True, True, None, []),
        ("GSSAPI NTLM", True, False, None, []),
        ("PLAIN LOGIN", True, False, "login", ["login"]),
        ("PLAIN LOGIN", True, False, "cram-md5", []),
        ("xOAuth2 plain", True, False, "xoauth2", ["xoauth2"]),
        ("", True, False, None, []),
    ],
)
def test_the_choice(
    offered: str, encrypted: bool, token: bool, wanted: Mechanism | None, expected: list[str]
) -> None:
    assert order(offered.split(), encrypted=encrypted, token=token, wanted=wanted) == expected


# -- what goes over the line


def test_plain() -> None:
    """RFC 4616 section 4, with letters that need UTF-8."""
    relay = Relay(OK)
    assert authenticate("plain", Spoken(relay), "tim", "tanstaaftanstaaf") == OK
    assert relay.heard == ["AUTH PLAIN " + b64("\0tim\0tanstaaftanstaaf")]
    relay = Relay(OK)
    authenticate("plain", Spoken(relay), "zoé", "pâté")
    assert b64decode(relay.heard[0].split()[2]).decode() == "\0zoé\0pâté"


def test_login() -> None:
    relay = Relay(GO_ON, GO_ON, OK)
    assert authenticate("login", Spoken(relay), "tim", "tanstaaf") == OK
    assert relay.heard == ["AUTH LOGIN", b64("tim"), b64("tanstaaf")]


def test_cram_md5() -> None:
    """The example of RFC 2195 section 2; the password does not go out."""
    challenge = Reply(334, "", b64("<1896.697170952@postoffice.reston.mci.net>"))
    relay = Relay(challenge, OK)
    assert authenticate("cram-md5", Spoken(relay), "tim", "tanstaaftanstaaf") == OK
    assert relay.heard == ["AUTH CRAM-MD5", "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"]


def test_a_challenge_that_is_none() -> None:
    relay = Relay(Reply(334, "", "é"))
    assert authenticate("cram-md5", Spoken(relay), "tim", "x").code == 501
    assert len(relay.heard) == 1


def test_xoauth2() -> None:
    """The example of Google's description of the mechanism."""
    relay = Relay(OK)
    authenticate("xoauth2", Spoken(relay), "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")
    assert relay.heard == [
        "AUTH XOAUTH2 dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQm"
        "hkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
    ]


def test_xoauth2_refused_with_a_reason() -> None:
    relay = Relay(Reply(334, "", b64('{"status":"401","scope":"https://mail.example.org/"}')), NO)
    reply = authenticate("xoauth2", Spoken(relay), "me", "token")
    assert reply == Reply(535, "", "5.7.8 no (status: 401, scope: https://mail.example.org/)")
    assert relay.heard[1] == "", "the relay says 535 only after an empty answer"


def test_a_token_too_long_for_one_line_waits_for_the_go_ahead() -> None:
    relay = Relay(GO_ON, OK)
    assert authenticate("xoauth2", Spoken(relay), "me", "t" * 12_000) == OK
    assert relay.heard[0] == "AUTH XOAUTH2"
    assert b64decode(relay.heard[1]).endswith(b"t\x01\x01")


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_refusal_at_the_first_word_ends_it(mechanism: Mechanism) -> None:
    relay = Relay(NO)
    assert authenticate(mechanism, Spoken(relay), "me", "secret") == NO
    assert len(relay.heard) == 1


@given(
    st.sampled_from(MECHANISMS), st.text(min_size=4), st.text(min_size=6, alphabet=st.characters(codec="utf-8"))
)
def test_whatever_a_relay_repeats_the_secret_is_not_shown(mechanism: Mechanism, user: str, secret: str) -> None:
    said: list[str] = []

    def parrot(line: str) -> Reply:
        said.append(line)
        return Reply(334, "", b64("challenge")) if len(said) < 3 else NO

    spoken = Spoken(parrot, secret)
    try:
        authenticate(mechanism, spoken, user, secret)
    except UnicodeEncodeError:
        return
    shown = spoken.silenced(f"what is {' and '.join(said)} {secret}?")
    for line in said:
        words = line.split()
        if len(words) != 2 or words[0] != "AUTH":
            assert not line or line not in shown
    assert secret not in shown or secret in "what is [...] and AUTH PLAIN LOGIN CRAM-MD5 XOAUTH2 ?"


# -- what the answer means


def test_after_a_wrong_password_no_other_mechanism_is_tried() -> None:
    """Each would count as one more wrong password towards a lock."""
    relay = Relay(NO)
    with pytest.raises(LoginRefused, match=r"535 5\.7\.8 no"):
        log_in(relay, "PLAIN LOGIN", settings(), encrypted=True, tokens=None)
    assert len(relay.heard) == 1


@pytest.mark.parametrize("code", [501, 504, 534])
def test_a_mechanism_that_does_not_work_makes_room_for_the_next(code: int) -> None:
    relay = Relay(Reply(code, "", "not this one"), GO_ON, GO_ON, OK)
    log_in(relay, "PLAIN LOGIN", settings(), encrypted=True, tokens=None)
    assert [line.partition(" ")[0] for line in relay.heard][:2] == ["AUTH", "AUTH"]


def test_later_is_not_no() -> None:
    relay = Relay(Reply(454, "", "4.7.0 later"))
    with pytest.raises(RelayUnreachable, match=r"454 4\.7\.0 later"):
        log_in(relay, "PLAIN", settings(), encrypted=True, tokens=None)


@pytest.mark.parametrize("offered", ["PLAIN LOGIN", "CRAM-MD5", "XOAUTH2"])
def test_nothing_is_said_before_encryption(offered: str, tmp_path: Path) -> None:
    relay = Relay()
    tokens = command(tmp_path, "never") if offered == "XOAUTH2" else None
    with pytest.raises(EncryptionRefused):
        log_in(relay, offered, settings(), encrypted=False, tokens=tokens)
    assert relay.heard == []
    assert runs(tmp_path) == 0


@pytest.mark.parametrize(
    ("offered", "more", "words", "hint"),
    [
        ("", {}, "offers no login", "submission port"),
        ("GSSAPI NTLM", {}, "works with a password .it offers GSSAPI, NTLM", "PLAIN or LOGIN"),
        ("XOAUTH2", {}, "works with a password", "token_command="),
        ("PLAIN", {"auth": "cram-md5"}, "does not offer the login CRAM-MD5", "auth="),
    ],
)
def test_no_way_in(offered: str, more: dict[str, object], words: str, hint: str) -> None:
    relay = Relay()
    with pytest.raises(LoginRefused, match=words) as caught:
        log_in(relay, offered, settings(**more), encrypted=True, tokens=None)
    assert hint in (caught.value.hint or "")
    assert relay.heard == []


def test_a_password_can_be_a_token_that_is_already_there() -> None:
    relay = Relay(OK)
    log_in(relay, "PLAIN XOAUTH2", settings(auth="xoauth2"), encrypted=True, tokens=None)
    assert b64decode(relay.heard[0].split()[2]) == b"user=mailer\x01auth=Bearer secret\x01\x01"


# -- tokens


def command(folder: Path, *answers: str, status: int = 0, stderr: str = "") -> TokenCommand:
    """A program that says the next of `answers` each time, and counts."""
    (folder / "answers.json").write_text(json.dumps(answers))
    script = (
        "import json, pathlib, sys\n"
        "log = pathlib.Path('runs'); n = len(log.read_text()) if log.exists() else 0\n"
        "log.write_text('x' * (n + 1))\n"
        "answers = json.load(open('answers.json'))\n"
        "sys.stdout.write(answers[min(n, len(answers) - 1)])\n"
        f"sys.stderr.write({stderr!r}); sys.exit({status})"
    )
    return TokenCommand([sys.executable, "-c", script], folder)


def runs(folder: Path) -> int:
    log = folder / "runs"
    return len(log.read_text()) if log.exists() else 0


@pytest.mark.parametrize(
    "said", ["tok.en-1\n", '{"access_token": "tok.en-1", "expires_in": 3600, "token_type": "Bearer"}']
)
def test_a_token_is_made_once(tmp_path: Path, said: str) -> None:
    tokens = command(tmp_path, said)
    assert tokens.token() == ("tok.en-1", True)
    assert tokens.token() == ("tok.en-1", False)
    assert runs(tmp_path) == 1


@pytest.mark.parametrize("seconds", ["30", '"30"', "59.5"])
def test_a_token_about_to_expire_is_made_anew(tmp_path: Path, seconds: str) -> None:
    tokens = command(tmp_path, f'{{"access_token": "a", "expires_in": {seconds}}}', "b")
    assert tokens.token() == ("a", True)
    assert tokens.token() == ("b", True)


def test_ten_connections_start_one_command(tmp_path: Path) -> None:
    tokens = command(tmp_path, "a", "b")
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(tokens.token()[0])) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["a"] * 10
    assert runs(tmp_path) == 1


def test_a_kept_token_that_is_refused_is_made_anew_once(tmp_path: Path) -> None:
    tokens = command(tmp_path, "old", "new")
    tokens.token()
    relay = Relay(NO, OK)
    log_in(relay, "XOAUTH2", settings(), encrypted=True, tokens=tokens)
    assert [b64decode(line.split()[2]).split(b"Bearer ")[1] for line in relay.heard] == [b"old\1\1", b"new\1\1"]
    assert tokens.token() == ("new", False)


def test_a_new_token_that_is_refused_is_refused(tmp_path: Path) -> None:
    tokens = command(tmp_path, "first")
    relay = Relay(NO)
    with pytest.raises(LoginRefused, match="refused the login of mailer") as caught:
        log_in(relay, "XOAUTH2", settings(token_command=("x",)), encrypted=True, tokens=tokens)
    assert "token" in (caught.value.hint or "")
    tokens.token()
    assert runs(tmp_path) == 2, "the next connection asks for another"


def test_a_relay_that_cannot_check_now_does_not_cost_the_token(tmp_path: Path) -> None:
    tokens = command(tmp_path, "a", "b")
    with pytest.raises(RelayUnreachable):
        log_in(Relay(Reply(454, "", "later")), "XOAUTH2", settings(), encrypted=True, tokens=tokens)
    assert tokens.token() == ("a", False)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "printed no access token"),
        ("two words-of-a-secret", "printed no access token"),
        ('{"error": "invalid_grant-secret"}', "printed no access token"),
        ('{"access_token": "secret"', "not JSON"),
        ('{"access_token": "secret", "expires_in": "soon"}', "expires_in"),
        ('{"access_token": "secret", "expires_in": true}', "expires_in"),
        ("secret\r\nX: y", "printed no access token"),
    ],
)
def test_what_is_no_token_is_refused_and_not_repeated(tmp_path: Path, said: str, words: str) -> None:
    with pytest.raises(LoginRefused, match=words) as caught:
        command(tmp_path, said).token()
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("status", "kind"), [(1, LoginRefused), (75, RelayUnreachable)])
def test_a_command_that_fails_says_why(tmp_path: Path, status: int, kind: type[TransportTrouble]) -> None:
    leak = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
    tokens = command(tmp_path, leak, status=status, stderr=f"Traceback\n\nexpired refresh token {leak}\n")
    with pytest.raises(kind, match=rf"exit status {status}: expired refresh token \[\.\.\.\]") as caught:
        tokens.token()
    assert leak not in str(caught.value)


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LoginRefused, match="cannot be started: No such file") as caught:
        TokenCommand(["bin/token"], tmp_path).token()
    assert caught.value.where == "bin/token"


# -- the URL


def test_the_url_names_command_and_mechanism(tmp_path: Path) -> None:
    url = "smtp://me%40example.org@relay.example.org:587?token_command=bin/token+--user+'me+too'&auth=XOAUTH2"
    read = parse_url(url, allow_password=False, root=tmp_path)
    assert isinstance(read, SmtpSettings)
    assert (read.user, read.auth) == ("me@example.org", "xoauth2")
    assert (read.token_command, read.folder) == (("bin/token", "--user", "me too"), tmp_path)
    assert "bin/token" not in repr(read) + read.safe_url


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("//relay.example.org?auth=plain", "need a user"),
        ("//relay.example.org?token_command=x", "need a user"),
        ("//me@relay.example.org?token_command=x&auth=plain", "not for auth=plain"),
        ("//me@relay.example.org?token_command=%27x", "cannot be read"),
        ("//me@relay.example.org?token_command=", "names no program"),
        ("//me@relay.example.org?auth=kerberos", "plain, login, cram-md5 or xoauth2"),
    ],
)
def test_urls_that_mean_nothing(options: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_url(f"smtp:{options}", allow_password=False)
