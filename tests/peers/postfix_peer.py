"""A Postfix of our own: its configuration, queue, log and passwords in a folder under /tmp, its ports the system's.

Started and stopped through its own configuration folder, so no other Postfix is ever touched. It keeps what it takes
in Maildirs, for every recipient but those who are called `nobody`. Needs root, as Postfix does.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from peer_certificates import PeerCertificates
from peer_parts import free_port, missing, program, until

USER, PASSWORD = "mailer", "correct horse"
SIZE_LIMIT = 200_000
DOMAIN = "relay.example.org"

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = {folder}/sbin
daemon_directory = {daemons}
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
import_environment = MAIL_CONFIG
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = {domain}
mydestination =
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtputf8_enable = yes
message_size_limit = {size}
virtual_mailbox_domains = regexp:{folder}/conf/domains
virtual_mailbox_maps = regexp:{folder}/conf/users
virtual_mailbox_base = {folder}/mail
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
smtpd_tls_cert_file = {folder}/conf/relay.crt
smtpd_tls_key_file = {folder}/conf/relay.key
smtpd_tls_security_level = may
smtpd_sasl_local_domain = {domain}
cyrus_sasl_config_path = {folder}/conf/sasl
"""

MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
  -o smtpd_delay_reject=yes
127.0.0.1:{submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running instance. Ports: smtp (no login), submission (STARTTLS and login), submissions (TLS and login)."""

    folder: Path
    smtp: int
    submission: int
    submissions: int
    authority: Path

    @property
    def log(self) -> Path:
        """Its log."""
        return self.folder / "maillog"

    def mails(self) -> list[Message]:
        """What it delivered."""
        folder = self.folder / "mail" / "all" / "new"
        paths = list(folder.iterdir()) if folder.is_dir() else []
        return [message_from_bytes(path.read_bytes()) for path in paths]

    def mail(self, name: str) -> Message:
        """The delivered message with this Message-ID."""
        wanted = f"<{name}@example.org>"
        until(lambda: any(mail["Message-ID"] == wanted for mail in self.mails()), f"{wanted} is delivered")
        (found,) = (mail for mail in self.mails() if mail["Message-ID"] == wanted)
        return found

    def wait_for_log(self, words: str) -> None:
        """Wait until a line of its log holds `words`."""
        until(lambda: words in self.log.read_text("utf-8", "replace"), f"the log says {words!r}")


@contextmanager
def running_postfix(certificates: PeerCertificates) -> Iterator[Postfix]:
    """An instance for as long as the context lasts."""
    postfix = program("postfix", "postfix")
    saslpasswd = program("saslpasswd2", "sasl2-bin")
    if os.geteuid() != 0:
        missing("Postfix can only be started by root")
    # Its daemons give up root's rights, and must pass through: pytest's own folders are for their owner alone.
    folder = Path(tempfile.mkdtemp(prefix="newsletter-postfix-", dir="/tmp"))
    folder.chmod(0o755)
    command = [postfix, "-c", str(folder / "conf")]
    try:
        peer = _laid_down(folder, certificates, saslpasswd)
        started = subprocess.run([*command, "start"], capture_output=True, text=True, timeout=60, check=False)
        log = peer.log.read_text() if peer.log.exists() else ""
        assert started.returncode == 0, f"Postfix does not start: {started.stderr}\n{log}"
        try:
            yield peer
        finally:
            subprocess.run([*command, "stop"], capture_output=True, timeout=60, check=True)
    finally:
        shutil.rmtree(folder)


def _laid_down(folder: Path, certificates: PeerCertificates, saslpasswd: str) -> Postfix:
    owner = pwd.getpwnam("postfix")
    for name in ("conf/sasl", "queue", "data", "mail", "sbin"):
        (folder / name).mkdir(parents=True)
    for name in ("data", "mail"):
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    _commands(folder / "sbin")
    peer = Postfix(folder, free_port(), free_port(), free_port(), certificates.authority)
    shutil.copy(certificates.certificate, folder / "conf" / "relay.crt")
    shutil.copy(certificates.key, folder / "conf" / "relay.key")
    daemons = subprocess.run(
        [program("postconf", "postfix"), "-dh", "daemon_directory"], capture_output=True, text=True, check=True
    ).stdout.strip()
    values = {"folder": folder, "daemons": daemons, "domain": DOMAIN, "size": SIZE_LIMIT}
    main = MAIN.format(**values, uid=owner.pw_uid, gid=owner.pw_gid)
    (folder / "conf" / "main.cf").write_text(main)
    master = MASTER.format(smtp=peer.smtp, submission=peer.submission, submissions=peer.submissions)
    (folder / "conf" / "master.cf").write_text(master)
    (folder / "conf" / "domains").write_text(r"/(^|\.)example(\.(org|com|net))?$/ OK" + "\n")
    (folder / "conf" / "users").write_text("!/^nobody@/ all/\n")
    passwords = folder / "conf" / "sasldb2"
    (folder / "conf" / "sasl" / "smtpd.conf").write_text(
        "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN CRAM-MD5\n"
        f"sasldb_path: {passwords}\n"
    )
    subprocess.run(
        [saslpasswd, "-c", "-p", "-f", str(passwords), "-u", DOMAIN, USER],
        input=PASSWORD.encode(),
        check=True,
    )
    os.chown(passwords, owner.pw_uid, owner.pw_gid)
    return peer


def _commands(folder: Path) -> None:
    """Postfix's commands, `postdrop` without its set-group-ID bit: with it, it accepts only the system's own
    configuration; root does not need it."""
    for name in ("postconf", "postsuper", "postlog", "postqueue", "postkick", "postcat", "postmap", "postfix"):
        (folder / name).symlink_to(program(name, "postfix"))
    shutil.copyfile(program("postdrop", "postfix"), folder / "postdrop")
    (folder / "postdrop").chmod(0o755)
