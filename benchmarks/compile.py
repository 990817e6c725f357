"""One edition from its records to HTML and text, against the reference MJML compiler with a default premailer.

Baseline: npm `mjml` (pinned in package.json) in one long-lived node process, on the MJML that our own pipeline
made, then `premailer.Premailer(html, allow_network=False).transform()`. Its time is node's own, without the pipe
between the processes. Ratios (above 1: faster than the baseline) are told of:

- the same step: MJML to HTML with the theme's CSS in it, as our pipeline does it;
- the whole of `newsletter.render.render_edition`, which makes besides what the baseline has not: Markdown,
  typography, Jinja2, validation with line and column, slots, and the text part.

Rounds of the two alternate, so that a noisy machine is noisy for both, and medians are told. All is warm: modules
imported, templates compiled. What our pipeline remembers of texts (Markdown, typography) is forgotten before each
round, since a text just edited is not remembered; another line tells what it costs when nothing was edited.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import statistics
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from premailer import Premailer

from newsletter.commands.project import Project, open_project
from newsletter.compose import choose_articles, compose_edition, find_issue, load_issue
from newsletter.corpus import load_corpus
from newsletter.models.issue import Edition, LanguagePart
from newsletter.models.message import RenderedEdition
from newsletter.render import facts, markdown, render_edition
from newsletter.render.inliner import inline
from newsletter.render.mjml import join_outlook_comments, prepare, to_html
from newsletter.render.theme import load_theme

FOLDER = Path(__file__).parent
ARTICLES = 8
ROUNDS = 15
WARM_UP = 3


class Reference(NamedTuple):
    """The node process, and what it is."""

    process: subprocess.Popen[str]
    mjml: str
    node: str

    def compile(self, mjml: str) -> tuple[str, float]:
        """HTML, and the seconds node took for it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(mjml) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the node process of the baseline died; its words are above")
        answer = json.loads(line)
        return answer["html"], answer["milliseconds"] / 1000


@contextmanager
def reference() -> Iterator[Reference]:
    """The reference compiler, installed first when it is not there. Exits with words when it cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise SystemExit("the baseline of this benchmark needs node and npm, and they are not on this machine")
    package = FOLDER / "node_modules" / "mjml" / "package.json"
    pinned = json.loads((FOLDER / "package.json").read_text("utf-8"))["dependencies"]["mjml"]
    if not package.exists() or json.loads(package.read_text("utf-8"))["version"] != pinned:
        print(f"installing mjml {pinned} into benchmarks/node_modules ...", flush=True)
        install = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(install, cwd=FOLDER, check=False).returncode:
            raise SystemExit("npm could not install the baseline; its words are above")
    installed = json.loads(package.read_text("utf-8"))["version"]
    node_version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    command = [node, str(FOLDER / "reference_mjml.cjs")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            yield Reference(process, installed, node_version)
        finally:
            if process.stdin is not None:
                process.stdin.close()


def edition(project: Project) -> Edition:
    """The newest issue in the publication's first language, cut to its first articles."""
    path = find_issue(None, project.issues, project.root)
    corpus, _ = load_corpus(project.corpus, project.root)
    issue, _ = load_issue(path, project.root)
    if issue is None:
        raise SystemExit(f"{path.name} has mistakes; newsletter check shows them")
    sections, _ = choose_articles(issue, corpus, project.publication.languages, frozenset())
    made, _ = compose_edition(issue, sections, project.publication.languages[0])
    if made is None:
        raise SystemExit(f"{path.name} has mistakes; newsletter check shows them")
    return replace(made, parts=tuple(shortened(part) for part in made.parts))


def shortened(part: LanguagePart) -> LanguagePart:
    """The part with its first articles only; sections left empty are dropped."""
    room, kept = ARTICLES, []
    for section in part.sections:
        if articles := section.articles[:room]:
            kept.append(replace(section, articles=articles))
            room -= len(articles)
    return replace(part, sections=tuple(kept))


def rendered_by(project: Project, of: Edition) -> RenderedEdition:
    """The whole pipeline, once."""
    made, findings = render_edition(of, project.publication, templates=project.templates, root=project.root)
    if made is None:
        raise SystemExit("\n".join(f"{finding.place}: {finding.message}" for finding in findings))
    return made


def mjml_of(project: Project, of: Edition) -> str:
    """The MJML our pipeline hands to its compiler for this edition."""
    seen: list[str] = []

    def listen(prepared: str) -> str:
        seen.append(prepared)
        return to_html(prepared)

    with patch("newsletter.render.renderer.to_html", listen):
        rendered_by(project, of)
    return seen[0]


def forget_texts() -> None:
    """Empty what the pipeline remembers of texts it has converted."""
    markdown.convert.cache_clear()
    facts.typeset.cache_clear()


def timed_ours(project: Project, of: Edition) -> float:
    """Seconds for the whole pipeline."""
    start = time.perf_counter()
    rendered_by(project, of)
    return time.perf_counter() - start


def timed_step(mjml: str, css: str) -> float:
    """Seconds for MJML to HTML with its CSS in it."""
    start = time.perf_counter()
    inline(join_outlook_comments(to_html(prepare(mjml))), css)
    return time.perf_counter() - start


def timed_premailer(html: str) -> float:
    """Seconds for premailer with its defaults, but for the network."""
    start = time.perf_counter()
    Premailer(html, allow_network=False, cssutils_logging_level=logging.CRITICAL).transform()
    return time.perf_counter() - start


def main() -> None:
    """Print both times and their ratio."""
    warnings.filterwarnings("ignore", module="premailer|cssutils")
    project = open_project(FOLDER.parent, os.environ)
    of = edition(project)
    count = sum(len(section.articles) for part in of.parts for section in part.sections)
    source = mjml_of(project, of)
    theme, _ = load_theme(project.templates / of.template, project.root)
    assert theme is not None, "it has just rendered"
    css = theme.css["inline"]
    whole, remembered, step, node_times, premailer_times = [], [], [], [], []
    with reference() as baseline:
        for _ in range(WARM_UP + ROUNDS):
            forget_texts()
            whole.append(timed_ours(project, of))
            remembered.append(timed_ours(project, of))
            step.append(timed_step(source, css))
            html, node_time = baseline.compile(source)
            node_times.append(node_time)
            premailer_times.append(timed_premailer(html))
    theirs = [node + inlining for node, inlining in zip(node_times, premailer_times, strict=True)]
    size = rendered_by(project, of).html.size()
    print(f"issue {of.issue}, edition {of.code}, {count} articles: {len(source.encode()) / 1000:.1f} kB of MJML,")
    print(f"{size / 1000:.1f} kB of HTML; {ROUNDS} alternating rounds after {WARM_UP} to warm up, medians")
    tell(f"npm mjml {baseline.mjml} + default premailer", theirs, f"node {baseline.node}")
    tell("  of which mjml", node_times)
    tell("  of which premailer", premailer_times, f"premailer {version('premailer')}")
    tell("our MJML + premailer", step, f"mjml-python {version('mjml-python')}", against=theirs)
    tell("render_edition, texts new", whole, against=theirs)
    tell("render_edition, texts unchanged", remembered, against=theirs)


def median(seconds: list[float]) -> float:
    """In milliseconds, the rounds that warm up left out."""
    return statistics.median(seconds[WARM_UP:]) * 1000


def tell(what: str, seconds: list[float], note: str = "", *, against: list[float] | None = None) -> None:
    """One line: the median, and how many times faster than the baseline it is."""
    ratio = f"ratio {median(against) / median(seconds):.1f}" if against else ""
    print(f"{what:<36}{median(seconds):>7.1f} ms  {ratio:<11}{note}".rstrip())


if __name__ == "__main__":
    main()
