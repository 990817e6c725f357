"""One block of a theme at a time: cut out of a real mail, with what it weighs and which file made it.

The gallery shows them. A block is looked at inside the mail it belongs to, made by the same road as every other
mail; what stands around it is taken away afterwards. A template with a mistake is replaced by an empty one and the
mail made again, so that one broken block hides no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from markupsafe import escape

from newsletter.models.assets import Assets
from newsletter.models.finding import Finding, errors
from newsletter.models.issue import Edition
from newsletter.models.message import SlotContext, Slotted
from newsletter.models.publication import Publication
from newsletter.render.environment import ThemeEnvironment
from newsletter.render.markup import VOID, Token, TokenKind, tokens
from newsletter.render.mjml import join_outlook_comments
from newsletter.render.positions import Positions
from newsletter.render.renderer import HTML_TEMPLATE, NO_WAY_OUT, TEXT_TEMPLATE, Rendering, Written, begin
from newsletter.yamlfile import relative_name

_FOLDER = "blocks/"
_SUFFIX = ".mjml.j2"
_EDGE = re.compile(r"<!--zb([0-9a-f]{12})-(begin|end)-(\d+)-->")
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)")
_MISSING = re.compile(r"no template '([^']+)'")
_STUB = (
    "{%% macro %s() %%}{%% if varargs or kwargs or (caller is defined and caller) %%}{%% endif %%}{%% endmacro %%}"
)
"""A macro that takes whatever it is given and writes nothing."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it stands in one mail.

    name: of its file, or of the layout when it shows an article. template: that file, relative to the project.
    html: a whole document that shows nothing else. size: bytes of the block within the mail.
    """

    name: str
    template: str
    html: str
    size: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The blocks of one mail. `broken`: templates (relative to the project) that had to be left out.

    needs: template -> those that it imports or includes, and that these do; empty when nothing is broken.
    """

    blocks: tuple[Block, ...]
    text: str
    findings: tuple[Finding, ...]
    broken: tuple[str, ...]
    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)


def render_sheet(
    edition: Edition,
    publication: Publication,
    *,
    templates: Path,
    root: Path,
    values: Mapping[str, str],
    assets: Assets | None = None,
) -> Sheet:
    """Make the mail of `edition` and take it apart. values: what goes into its slots, by name.

    One block stands for each article, named after its layout, and one for each template of ``blocks/`` that makes
    rows of the mail by itself. Raises FileTrouble when a file cannot be read.
    """
    findings: list[Finding] = []
    stubs: dict[str, str] = {}
    while True:
        rendering, more = begin(edition, publication, templates, root, assets, _BlockRendering)
        if rendering is None:
            return Sheet((), "", tuple(more), ())
        assert isinstance(rendering, _BlockRendering)
        rendering.leave_out(stubs)
        rendered, found = rendering.run()
        known = set(findings)
        findings += [finding for finding in found if finding not in known]
        broken = tuple(sorted(rendering.file_of(name) for name in stubs))
        if rendered is not None:
            blocks, text = tuple(rendering.blocks(values)), _fill(rendered.text, values)
            return Sheet(blocks, text, tuple(findings), broken, rendering.needs() if stubs else {})
        blamed = rendering.blamed(errors(found)) - stubs.keys()
        if not blamed:
            return Sheet((), "", tuple(findings), broken, rendering.needs())
        stubs |= {name: rendering.stub_of(name) for name in blamed}


class _BlockRendering(Rendering):
    """A rendering that puts edges around its blocks before the MJML is compiled, and finds them again after."""

    _stubs: Mapping[str, str] = {}
    _whole = ""
    _files: tuple[tuple[str, str], ...] = ()

    def leave_out(self, stubs: Mapping[str, str]) -> None:
        """Have these templates (name -> text) instead of the theme's own."""
        self._stubs = stubs
        if stubs:
            self.environment = _without(self.environment.folders, tuple(sorted(stubs.items())))

    def file_of(self, name: str) -> str:
        """The file of a template as people see it."""
        return relative_name(self.environment.path_of(name), self.root)

    def needs(self) -> dict[str, frozenset[str]]:
        """Each template with all those it names, and those that these name."""
        names = self.environment.list_templates(extensions=["j2"])
        named = {}
        for name in names:
            source = self.environment.path_of(name).read_text(encoding="utf-8", errors="replace")
            named[name] = {other for other in names if f'"{other}"' in source or f"'{other}'" in source}
        for name in names:
            reached: set[str] = set()
            while (more := named[name].union(*(named[each] for each in named[name]))) != reached:
                reached = named[name] = more
        return {self.file_of(name): frozenset(map(self.file_of, named[name])) for name in names}

    def blamed(self, found: Iterable[Finding]) -> set[str]:
        """The templates that these mistakes are in, or that they miss; never the two that call all others."""
        files = {self.file_of(name): name for name in self.environment.list_templates(extensions=["j2"])}
        names = {files.get(finding.file or "", "") for finding in found}
        names |= {match[1] for finding in found if (match := _MISSING.search(finding.message))}
        return names - {"", HTML_TEMPLATE, TEXT_TEMPLATE}

    def stub_of(self, name: str) -> str:
        """A template of this name whose macros write nothing."""
        path = self.environment.path_of(name)
        source = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        macros = _MACRO.findall(source) or [PurePosixPath(name).name.partition(".")[0]]
        return "".join(_STUB % macro for macro in dict.fromkeys(macros))

    def template_findings(self, written: Written) -> Iterator[Finding]:
        """All but the missing way out, when it may be missing because its block was left out."""
        for finding in super().template_findings(written):
            if not (self._stubs and finding.message == NO_WAY_OUT):
                yield finding

    def compile(self, written: Written) -> tuple[str | None, list[Finding]]:
        """As every rendering does, with edges around the blocks."""
        articles = list(self._articles(written))
        extents = [*articles, *_frames(written, [(start, end) for _, _, start, end in articles])]
        self._files = tuple((name, template) for name, template, _, _ in extents)
        edges: list[tuple[int, int, str]] = []
        for number, (_, _, start, end) in enumerate(extents):
            edges.append((start, -number, self._edge("begin", number)))
            edges.append((end, number, self._edge("end", number)))
        source = written.mjml
        pieces: list[str] = []
        done = 0
        for at, _, edge in sorted(edges):
            pieces += (source[done:at], edge)
            done = at
        whole = "".join((*pieces, source[done:]))
        return super().compile(replace(written, mjml=whole, parsed=tuple(tokens(whole))))

    def finish(self, html: str) -> tuple[Slotted, Mapping[str, int], list[Finding]]:
        """As every rendering does; the whole mail is kept for `blocks`."""
        self._whole, _ = self.resolve_seams(join_outlook_comments(html))
        return super().finish(_EDGE.sub("", html))

    def blocks(self, values: Mapping[str, str]) -> Iterator[Block]:
        """The blocks of the mail just made, in its order; several rows of one template are one block."""
        ranges: dict[tuple[str, str], list[tuple[int, int]]] = {}
        opened: dict[int, int] = {}
        for match in _EDGE.finditer(self._whole):
            if match[1] != self.markers.nonce:
                continue
            number = int(match[3])
            if match[2] == "begin":
                opened[number] = match.end()
            elif number in opened:
                ranges.setdefault(self._files[number], []).append((opened.pop(number), match.start()))
        parsed = tuple(tokens(self._whole))
        for (name, template), places in ranges.items():
            size = sum(len(_EDGE.sub("", self._whole[start:end]).encode()) for start, end in places)
            shown = _EDGE.sub("", _only(self._whole, parsed, places))
            slotted, _ = self.markers.cut_html(shown)
            yield Block(name, self.file_of(template), _fill(slotted, values), size)

    def _edge(self, kind: str, number: int) -> str:
        return f"<!--zb{self.markers.nonce}-{kind}-{number}-->"

    def _articles(self, written: Written) -> Iterator[tuple[str, str, int, int]]:
        """Each article: layout, template of its first tag, and where it begins and ends in the MJML."""
        layouts = [article.layout for part in self.parts for article in part.articles]
        begun: dict[int, int] = {}
        for start, end, kind, number in self.markers.seams(written.mjml):
            if kind == "begin":
                begun[number] = end
            elif kind == "end" and number in begun:
                first = begun.pop(number)
                tag = written.mjml.find("<mj-", first, start)
                place = written.positions.at(tag) if tag >= 0 else None
                if place is not None:  # else nothing was written: its block had to be left out
                    yield layouts[number], place.template, first, start


@lru_cache(maxsize=8)
def _without(folders: tuple[Path, ...], stubs: tuple[tuple[str, str], ...]) -> ThemeEnvironment:
    """The environment of a theme with some templates replaced; a gallery needs the same one for many mails."""
    return ThemeEnvironment(folders, dict(stubs))


def _frames(written: Written, articles: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str, int, int]]:
    """Rows that a template of ``blocks/`` makes by itself: header, opening, contents, footer ..."""
    found: dict[str, list[tuple[str, int, int]]] = {}
    stack: list[tuple[str, str | None, int]] = []
    for token in written.parsed:
        if token.kind is TokenKind.OPEN and token.name.lower() not in VOID and not token.empty:
            stack.append((token.name, _origin(written.positions, token), token.start))
        elif token.kind is TokenKind.CLOSE and token.name.lower() not in VOID and stack:
            name, origin, start = stack.pop()
            if origin is None or not name.startswith("mj-") or not origin.startswith(_FOLDER):
                continue
            in_article = any(begin <= start < end for begin, end in articles)
            if not in_article and origin not in {above for _, above, _ in stack}:
                found.setdefault(origin, []).append((name, start, token.end))
    for template, rows in found.items():
        name = PurePosixPath(template).name.removesuffix(_SUFFIX)
        for _, start, end in rows:
            yield name, template, start, end


def _origin(positions: Positions, token: Token) -> str | None:
    """The template whose text holds this tag."""
    place = positions.at(token.start)
    return place.template if place else None


def _only(html: str, parsed: tuple[Token, ...], places: list[tuple[int, int]]) -> str:
    """The document with its head, the places, and the elements these stand in."""
    keep = [False] * len(parsed)
    stack: list[int] = []
    needed: set[int] = set()
    partner: dict[int, int] = {}
    in_head = True
    for index, token in enumerate(parsed):
        if in_head:
            keep[index] = True
            in_head = not (token.kind is TokenKind.CLOSE and token.name == "head")
        elif any(start <= token.start < end for start, end in places):
            keep[index] = True
            needed.update(stack)
        if token.name.lower() in VOID or token.empty:
            continue
        if token.kind is TokenKind.OPEN:
            stack.append(index)
        elif token.kind is TokenKind.CLOSE and stack:
            partner[stack.pop()] = index
    for index in needed:
        keep[index] = True
        if index in partner:
            keep[partner[index]] = True
    return "".join(html[token.start : token.end] for token, kept in zip(parsed, keep, strict=True) if kept)


def _fill(slotted: Slotted, values: Mapping[str, str]) -> str:
    """The text with sample values in its slots, escaped as their places need."""
    pieces = [slotted.parts[0]]
    for slot, part in zip(slotted.slots, slotted.parts[1:], strict=True):
        value = values[slot.name]
        pieces += [value if slot.context is SlotContext.PLAIN_TEXT else str(escape(value)), part]
    return "".join(pieces)
