"""Bytes of an issue of 8 articles: ours, npm mjml + juice, mjml-python + default premailer.

"as sent" is the HTML part in quoted-printable, which is what mail clients that cut long mails seem to count.
Limits of this project: 60,000 bytes in one language, 95,000 in two.
"""

from __future__ import annotations

import binascii

from benchmarks._default_premailer import default_premailer
from benchmarks._editions import sample
from benchmarks._reference import reference

ARTICLES = 8


def as_sent(html: str) -> int:
    """Bytes of the part's body."""
    return len(binascii.b2a_qp(html.replace("\n", "\r\n").encode(), istext=True))


def main() -> None:
    """Print a table."""
    base = sample()
    languages = base.project.publication.languages
    print(f"issue {base.issue}, {ARTICLES} articles in each language; bytes of HTML, in brackets as sent")
    print(f"{'edition':<10}{'ours':>22}{'npm mjml + juice':>22}{'juice by default':>22}{'default premailer':>22}")
    with reference() as npm, default_premailer() as premailer:
        for code in (*languages, "+".join(languages)):
            edition = base.edition(ARTICLES, code)
            mjml, css = base.mjml(edition), base.css(edition)
            made = (
                "".join(base.render(edition).html.parts),
                npm.compile(mjml, css).html,
                npm.compile(mjml, css, everything=True).html,
                premailer(mjml, css)[0],
            )
            cells = (f"{len(html.encode()):,} [{as_sent(html):,}]" for html in made)
            print(f"{code:<10}" + "".join(f"{cell:>22}" for cell in cells))


if __name__ == "__main__":
    main()
