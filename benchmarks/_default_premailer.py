"""The other baseline, in a process of its own: mjml-python and premailer as their documentation shows them.

premailer keeps one memory for everything that is inlined in a process: sharing it would slow both sides down.
A line of JSON in, {mjml, css}; a line of JSON out, {html, seconds}.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def transform(mjml: str, css: str) -> str:
    """HTML with all CSS inlined. Only the network is refused, and the log is kept quiet."""
    from mjml import mjml2html
    from premailer import Premailer

    html = mjml2html(mjml)
    inliner = Premailer(html, css_text=css, allow_network=False, cssutils_logging_level=logging.CRITICAL)
    inlined: str = inliner.transform()
    return inlined


@contextmanager
def default_premailer() -> Iterator[Callable[[str, str], tuple[str, float]]]:
    """A function from MJML and CSS to HTML and the seconds it took in that process."""
    with subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None

        def ask(mjml: str, css: str) -> tuple[str, float]:
            stdin.write(json.dumps({"mjml": mjml, "css": css}) + "\n")
            stdin.flush()
            answer = json.loads(stdout.readline())
            return answer["html"], answer["seconds"]

        try:
            yield ask
        finally:
            stdin.close()


def _answer_each_line() -> None:
    warnings.filterwarnings("ignore")
    for line in sys.stdin:
        question = json.loads(line)
        start = time.perf_counter()
        html = transform(question["mjml"], question["css"])
        seconds = time.perf_counter() - start
        print(json.dumps({"html": html, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    _answer_each_line()
