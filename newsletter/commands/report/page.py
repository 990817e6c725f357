"""The report as one HTML page that needs nothing else, in the language of its reader."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from newsletter.commands.report.chart import draw
from newsletter.commands.report.figures import MOST_PEOPLE, Bar, Report
from newsletter.commands.status import OPEN_STATES
from newsletter.locale import zone_name
from newsletter.models.delivery import Decision, DeliveryState
from newsletter.models.message import Outcome

_LOCALES = {"en": "en-CA", "fr": "fr-CA"}
LANGUAGES = tuple(_LOCALES)
"""Languages a report can be in; the first is for readers of any other."""

Row = Sequence[str | int]
"""Cells of a table: text, or a number that stands at the right."""

_SHOWN_EMPTY = (DeliveryState.ACCEPTED, DeliveryState.REJECTED, DeliveryState.UNKNOWN)
"""States whose count is told even when it is nought: that nobody is lost is what is read for."""


def write_page(report: Report, language: str) -> str:
    """The whole page in one of `LANGUAGES`."""
    return _Page(report, language).whole()


@cache
def _words(language: str) -> Mapping[str, str]:
    words: dict[str, str] = json.loads(_asset(f"words.{language}.json"))
    return words


def _asset(name: str) -> str:
    return (files("newsletter.commands.report") / name).read_text(encoding="utf-8")


class _Page:
    """One report in one language."""

    def __init__(self, report: Report, language: str) -> None:
        self._report = report
        self._language = language if language in LANGUAGES else LANGUAGES[0]

    def _say(self, key: str, **values: object) -> str:
        return escape(_words(self._language)[key].format(**values))

    def _number(self, count: int) -> str:
        return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}" if self._language == "fr" else ",")

    def _moment(self, moment: datetime | None) -> str:
        if moment is None:
            return "–"
        local = moment.astimezone(self._report.zone)
        return f"{local:%Y-%m-%d %H:%M:%S} {zone_name(local, _LOCALES[self._language])}"

    def _span(self, span: timedelta) -> str:
        rest = int(span.total_seconds())
        parts = []
        for unit, seconds in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
            count, rest = divmod(rest, seconds)
            if count:
                parts.append(self._say(unit, count=count))
        return " ".join(parts[:2]) or self._say("second", count=0)

    def whole(self) -> str:
        """All of it."""
        report, run = self._report, self._report.status.run
        name = report.name.get(self._language) or next(iter(report.name.values()), "")
        sections = (
            self._outcome(),
            self._editions(),
            self._chart(),
            self._refusals(),
            self._people(),
            self._settled(),
            self._left_out(),
        )
        return Template(_asset("page.html")).substitute(
            language=self._language,
            css=_asset("page.css"),
            title=self._say("title", run=run.id),
            publication=escape(name),
            issue=self._say("issue", issue=run.issue),
            state=report.status.state.value,
            state_words=self._say(f"state_{report.status.state.value}"),
            facts=self._facts(),
            sections="\n".join(section for section in sections if section),
            private=self._say("private"),
        )

    def _facts(self) -> str:
        report, run = self._report, self._report.status.run
        facts = (
            ("begun", self._moment(run.created_at)),
            ("ended", self._moment(run.finished_at)),
            ("busy", self._span(report.busy)),
            ("digest", run.digest[:16]),
            ("written", self._moment(report.written_at)),
        )
        return "".join(f"<dt>{self._say(key)}</dt><dd>{escape(value)}</dd>" for key, value in facts)

    def _outcome(self) -> str:
        counts = self._report.status.counts
        tiles = [(state.value, counts[state]) for state in DeliveryState if counts[state] or state in _SHOWN_EMPTY]
        tiles.append(("excluded", sum(self._report.excluded.values())))
        items = "".join(
            f'<li class="{key}"><b>{self._number(count)}</b>{self._say(key)}'
            f"<small>{self._say(f'{key}_means')}</small></li>"
            for key, count in tiles
        )
        return self._section("outcome", f'<ul class="tiles">{items}</ul>')

    def _editions(self) -> str:
        by_edition = self._report.status.by_edition
        states = [state for state in DeliveryState if any(counts[state] for counts in by_edition.values())]
        rows: list[Row] = [
            (edition, self._report.subjects.get(edition, ""), *(counts[state] for state in states))
            for edition, counts in by_edition.items()
        ]
        headers = ("edition", "subject", *(state.value for state in states))
        return self._section("per_edition", self._table(headers, rows))

    def _chart(self) -> str:
        bars = self._report.bars
        if not bars:
            return self._section("when", f"<p>{self._say('no_chart')}</p>")
        outcomes = [one for one in Outcome if any(bar.counts.get(one) for bar in bars)]
        caption = self._say(
            "chart", step=self._span(self._report.step), most=self._number(max(bar.total for bar in bars))
        )
        svg = draw(bars, outcomes, caption, one_day=self._report.step < timedelta(days=1))
        legend = "".join(
            f'<li><svg viewBox="0 0 1 1" aria-hidden="true"><rect width="1" height="1" class="bar-{one.value}"/>'
            f"</svg>{self._say(one.value)}</li>"
            for one in outcomes
        )
        figure = f'<figure>{svg}<ul class="legend">{legend}</ul><figcaption>{caption}</figcaption></figure>'
        return self._section("when", figure + self._chart_as_table(bars, outcomes))

    def _chart_as_table(self, bars: Sequence[Bar], outcomes: Sequence[Outcome]) -> str:
        rows: list[Row] = [
            (self._moment(bar.start), *(bar.counts.get(one, 0) for one in outcomes)) for bar in bars if bar.total
        ]
        table = self._table(("time", *(one.value for one in outcomes)), rows)
        return f"<details><summary>{self._say('as_table')}</summary>{table}</details>"

    def _refusals(self) -> str:
        rows = [
            (one.domain, self._label(one.state), _answer(one.code, one.enhanced, one.reply), one.count)
            for one in self._report.refusals[:MOST_PEOPLE]
        ]
        return self._section("refusals", self._table(("domain", "state", "answer", "count"), rows, "no_refusals"))

    def _people(self) -> str:
        rows = [
            (
                one.address,
                one.edition,
                self._label(state),
                _answer(one.code, one.enhanced, one.reply),
                one.attempts,
            )
            for state, people in self._report.named.items()
            for one in people
        ]
        table = self._table(("address", "edition", "state", "why", "attempts"), rows, "nobody_named")
        counts = self._report.status.counts
        if any(counts[state] > MOST_PEOPLE for state in self._report.named):
            table += f"<p>{self._say('more', count=MOST_PEOPLE, run=self._report.status.run.id)}</p>"
        return "" if not rows and any(counts[state] for state in OPEN_STATES) else self._section("named", table)

    def _settled(self) -> str:
        rows = [
            (
                delivery.address,
                _words(self._language)[
                    "settled_accepted" if one.decision is Decision.ACCEPTED else "settled_again"
                ],
                one.words,
                self._moment(one.at),
            )
            for delivery, one in self._report.settled
        ]
        headers = ("address", "state", "evidence", "time")
        return self._section("settled", self._table(headers, rows)) if rows else ""

    def _left_out(self) -> str:
        return self._section(
            "left_out", self._table(("reason", "count"), list(self._report.excluded.items()), "nobody_left_out")
        )

    def _label(self, state: str) -> str:
        return _words(self._language)[state]

    def _section(self, key: str, content: str) -> str:
        return f'<section aria-labelledby="{key}"><h2 id="{key}">{self._say(key)}</h2>{content}</section>'

    def _table(self, headers: Sequence[str], rows: Sequence[Row], none: str = "") -> str:
        if not rows and none:
            return f"<p>{self._say(none)}</p>"
        head = "".join(
            f'<th scope="col"{_NUMBER if rows and isinstance(rows[0][at], int) else ""}>{self._say(header)}</th>'
            for at, header in enumerate(headers)
        )
        body = "".join(f"<tr>{''.join(self._cells(row))}</tr>" for row in rows)
        return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'

    def _cells(self, row: Row) -> Iterator[str]:
        for cell in row:
            if isinstance(cell, int):
                yield f"<td{_NUMBER}>{self._number(cell)}</td>"
            else:
                yield f"<td>{escape(cell)}</td>"


_NUMBER = ' class="number"'


def _answer(code: int, enhanced: str, reply: str) -> str:
    return " ".join(str(part) for part in (code or "", enhanced, " ".join(reply.split())) if part)
