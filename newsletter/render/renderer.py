"""Edition to rendered edition: views, Jinja2, validation, mrml, premailer, slots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup, escape

from newsletter.models.assets import NO_ASSETS, Assets
from newsletter.models.finding import Finding, Severity, did_you_mean, errors
from newsletter.models.issue import LANGUAGE_SEPARATOR, Edition
from newsletter.models.message import RenderedEdition, Slotted
from newsletter.models.publication import Publication
from newsletter.models.text import languages_of
from newsletter.render.content import FORBIDDEN, content_findings, issue_file
from newsletter.render.environment import ThemeEnvironment, environment_for, render_template
from newsletter.render.facts import typeset
from newsletter.render.inliner import inline
from newsletter.render.markup import Token, tokens
from newsletter.render.mjml import MjmlRefused, join_outlook_comments, prepare, to_html
from newsletter.render.mjml_rules import faults
from newsletter.render.positions import Place, Positions
from newsletter.render.slots import Markers, Misplaced, SlotOpener
from newsletter.render.theme import ThemeFiles, load_theme
from newsletter.render.views import OtherLanguage, PartView
from newsletter.render.webpage import WebPage
from newsletter.render.wording import Words
from newsletter.yamlfile import relative_name

HTML_TEMPLATE = "edition.mjml.j2"
TEXT_TEMPLATE = "edition.txt.j2"
NO_WAY_OUT = "the template has no unsubscribe link"
_EXPOSED = "the slot {name} is one reader's own and would stand on the web page of the issue, for everybody"
_HIDE = "Write {% call mail_only() %} before what is for one reader, and {% endcall %} behind it"


def render(
    edition: Edition, publication: Publication, *, templates: Path, root: Path, assets: Assets | None = None
) -> tuple[RenderedEdition | None, tuple[Finding, ...]]:
    """See `newsletter.render.render_edition`."""
    rendering, findings = begin(edition, publication, templates, root, assets)
    if rendering is None:
        return None, findings
    rendered, more = rendering.run()
    in_edition = [_in_edition(finding, edition.code) for finding in more]
    return rendered, (*findings, *in_edition)


def begin(
    edition: Edition,
    publication: Publication,
    templates: Path,
    root: Path,
    assets: Assets | None,
    kind: type[Rendering] | None = None,
) -> tuple[Rendering | None, tuple[Finding, ...]]:
    """The theme loaded and able to speak the edition's languages."""
    folder = (templates / edition.template).resolve()
    if not folder.is_dir():
        return None, (_no_theme(edition, templates, root),)
    theme, findings = load_theme(folder, root.resolve())
    if theme is None:
        return None, findings
    missing = [language for language in languages_of(edition.code) if language not in theme.strings]
    if missing:
        return None, (*findings, *(_no_words(language, folder, theme) for language in missing))
    environment = environment_for(theme.folders)
    return (kind or Rendering)(edition, publication, theme, environment, root, assets), findings


def unspoken(template: str, publication: Publication, templates: Path, root: Path) -> tuple[Finding, ...]:
    """See `newsletter.render.unspoken_languages`."""
    folder = (templates / template).resolve()
    theme = load_theme(folder, root.resolve())[0] if folder.is_dir() else None
    if theme is None:
        return ()
    return tuple(_no_words(each, folder, theme) for each in publication.languages if each not in theme.strings)


def intermediate(
    edition: Edition, publication: Publication, *, templates: Path, root: Path, assets: Assets | None = None
) -> tuple[Intermediate | None, tuple[Finding, ...]]:
    """See `newsletter.render.edition_mjml`."""
    rendering, findings = begin(edition, publication, templates, root, assets)
    if rendering is None:
        return None, findings
    written, more = rendering.write()
    findings = (*findings, *(_in_edition(finding, edition.code) for finding in more))
    return (None if written is None else Intermediate(written.mjml, rendering)), findings


def _no_theme(edition: Edition, templates: Path, root: Path) -> Finding:
    known = sorted(each.name for each in templates.iterdir() if each.is_dir()) if templates.is_dir() else []
    hint = did_you_mean(edition.template, known) or f"There are: {', '.join(known) or 'none'}."
    message = f"there is no template '{edition.template}' in {relative_name(templates, root)}/"
    return Finding("TPL-MISSING", Severity.ERROR, message, issue_file(edition), hint=hint)


def _no_words(language: str, folder: Path, theme: ThemeFiles) -> Finding:
    """Told of newsletter.yaml, which asks for the language; `build` knows the line."""
    strings = next((file for file in theme.files if file.endswith("strings.yaml")), folder.name)
    spoken = ", ".join(theme.strings)
    message = f"the theme '{folder.name}' has no words for the language '{language}'; it speaks {spoken}"
    hint = f"Add a block '{language}:' to {strings}: copy '{next(iter(theme.strings))}:' and translate it."
    return Finding("TPL-LANGUAGE", Severity.ERROR, message, "newsletter.yaml", hint=hint, edition=language)


def _in_edition(finding: Finding, code: str) -> Finding:
    return Finding(
        finding.rule,
        finding.severity,
        finding.message,
        finding.file,
        finding.line,
        finding.column,
        finding.hint,
        code,
    )


@dataclass(frozen=True, slots=True)
class Css:
    """A theme's CSS for its <mj-style> elements; `inline.css` never enters a template."""

    head: Markup
    dark: Markup


@dataclass(frozen=True, slots=True)
class Written:
    """What the theme's templates made: MJML with its tokens and where each was written, and the text part."""

    mjml: str
    text: str
    parsed: tuple[Token, ...]
    positions: Positions


class Intermediate:
    """An edition as MJML, for another compiler than ours; `finish` takes back what that one made.

    mjml: valid, slots and seams still markers. inline_css: the theme's rules that belong into style attributes;
    they are not in `mjml`.
    """

    def __init__(self, mjml: str, rendering: Rendering) -> None:
        self.mjml = mjml
        self.inline_css = rendering.theme.css["inline"]
        self._rendering = rendering

    def finish(self, html: str) -> Slotted:
        """`html` compiled from `mjml`: its seams resolved, its slots cut out, as in our own mails."""
        slotted, _, _ = self._rendering.finish(html)
        return slotted


class Rendering:
    """One edition on its way through the stages; stops at the first stage that finds an error."""

    def __init__(
        self,
        edition: Edition,
        publication: Publication,
        theme: ThemeFiles,
        environment: ThemeEnvironment,
        root: Path,
        assets: Assets | None = None,
    ) -> None:
        self.edition = edition
        self.publication = publication
        self.theme = theme
        self.environment = environment
        self.root = root
        self.assets = assets or NO_ASSETS
        self.markers = Markers()
        self.web = WebPage(edition, publication, self.markers)
        self.used: set[str] = set()
        self.slugs: list[str] = []
        self.parts = self._views()

    def run(self) -> tuple[RenderedEdition | None, list[Finding]]:
        written, findings = self.write()
        if written is None:
            return None, findings
        html, more = self.compile(written)
        findings += more
        if html is None:
            return None, findings
        slotted, article_bytes, more = self.finish(html)
        findings += more
        if errors(findings):
            return None, findings
        text = self.markers.cut_text(_tidy(written.text))
        return self._rendered(slotted, text, article_bytes, self._web_page(html)), findings

    def write(self) -> tuple[Written | None, list[Finding]]:
        """Jinja2 and the validator: everything before the MJML compiler."""
        findings = list(content_findings(self.edition, self.publication))
        if any(finding.rule == "TXT-CONTROL" for finding in findings):
            return None, findings  # some of these characters cannot even be encoded
        context = self._context()
        mjml, more = render_template(self.environment, HTML_TEMPLATE, context, self.root, self.used)
        findings += more
        text, more = render_template(self.environment, TEXT_TEMPLATE, context, self.root, self.used)
        findings += more
        if mjml is None or text is None:
            return None, findings
        source, positions = self.environment.marks.take_out(mjml)
        written = Written(source, text, tuple(tokens(source)), positions)
        findings += self.template_findings(written)
        return (None if errors(findings) else written), findings

    def _views(self) -> tuple[PartView, ...]:
        theme = self.theme.theme
        views = []
        for number, part in enumerate(self.edition.parts):
            t = self._words(part.language)
            view = PartView(
                part,
                self.publication,
                t,
                self.markers,
                number=number,
                content_width=theme.content_width,
                thumb_width=theme.thumb_width,
                assets=self.assets,
                web_page=self.web.address_at(number),
            )
            sections = []
            for section in part.sections:
                sections.append(view.section(section, len(self.slugs)))
                self.slugs += [article.slug for article in section.articles]
            view.sections = tuple(sections)
            views.append(view)
        return tuple(views)

    def _context(self) -> dict[str, object]:
        return {
            "edition": self.edition,
            "subject": self._typeset_parts(self.edition.subject),
            "preheader": self._typeset_parts(self.edition.preheader),
            "parts": self.parts,
            "first": self.parts[0],
            "others": self._others(),
            "theme": self.theme.theme,
            "logo": self._logo(),
            "css": Css(Markup(self.theme.css["head"]), Markup(self.theme.css["dark"])),  # noqa: S704 (the theme's own)
            "slot": SlotOpener(self.markers),
            "mail_only": self.web.mail_only,
        }

    def _typeset_parts(self, line: str) -> str:
        """A line of the whole mail; ``French / English`` is set half by half, each by its own habits."""
        halves = line.split(LANGUAGE_SEPARATOR)
        if len(halves) != len(self.parts):
            halves = [line]
        set_ = (typeset(half, part.locale) for half, part in zip(halves, self.parts, strict=False))
        return LANGUAGE_SEPARATOR.join(set_)

    def _words(self, language: str) -> Words:
        return Words(self.theme.strings[language], self.publication.locale(language))

    def _logo(self) -> str:
        logo = self.theme.theme.logo_text
        voice = self.parts[0].voice
        return voice.say(logo) if logo else " · ".join(part.publication.name for part in self.parts)

    def _others(self) -> tuple[OtherLanguage, ...]:
        """The publication's languages that this edition is not in and the theme can speak."""
        here = {part.language for part in self.parts}
        return tuple(
            OtherLanguage(language, self.publication, self._words(language), self.edition.issue)
            for language in self.publication.languages
            if language not in here and language in self.theme.strings
        )

    def template_findings(self, written: Written) -> Iterator[Finding]:
        """What the validator and the census of slots say of the MJML, at the line of the template; once each."""
        source, parsed, positions = written.mjml, written.parsed, written.positions
        yield from dict.fromkeys((*self._fault_findings(source, parsed, positions), *self._slot_findings(written)))
        if (wrong := FORBIDDEN.search(source)) is not None:
            message = f"the text made here holds U+{ord(wrong[0]):04X}, which no mail can show"
            yield self._at(
                positions.at(wrong.start()), "TXT-CONTROL", message, "look for it in the article's data"
            )
        for template, made in ((HTML_TEMPLATE, source), (TEXT_TEMPLATE, written.text)):
            if not self.markers.names_in(made)["unsubscribe_url"]:
                hint = "Write {{ slot.unsubscribe_url }} in a link of its footer"
                place = Place(template, 1, 1)
                yield self._at(place, "TPL-SLOT", NO_WAY_OUT, hint)

    def _fault_findings(self, source: str, parsed: tuple[Token, ...], positions: Positions) -> Iterator[Finding]:
        for fault in faults(source, parsed):
            if fault.attribute:
                place = positions.of_attribute(fault.offset, fault.attribute)
            elif fault.text:
                place = positions.of_text(fault.offset, fault.text)
            else:
                place = positions.at(fault.offset)
            yield self._at(place, fault.rule, fault.message, fault.hint)

    def _slot_findings(self, written: Written) -> Iterator[Finding]:
        """Slots where no value can be put safely, and those that would stand on the web page."""
        source, positions = written.mjml, written.positions
        for start, _, name, where in self.markers.places(source):
            if isinstance(where, Misplaced):
                message = f"the slot {name} stands {where.where}"
                yield self._at(positions.at(start), "TPL-SLOT", message, None)
        for start, name in self.web.exposed_slots(source):
            yield self._at(positions.at(start), "TPL-SLOT", _EXPOSED.format(name=name), _HIDE)

    def _at(self, place: Place | None, rule: str, message: str, hint: str | None) -> Finding:
        place = place or Place(HTML_TEMPLATE, 1, 1)
        file = relative_name(self.environment.path_of(place.template), self.root)
        return Finding(rule, Severity.ERROR, message, file, place.line, place.column, hint)

    def compile(self, written: Written) -> tuple[str | None, list[Finding]]:
        source, positions = written.mjml, written.positions
        prepared = prepare(source, written.parsed)
        try:
            html = to_html(prepared)
        except MjmlRefused as refused:
            hint = "The validator passed it: please report this template."
            place = positions.at(_offset_in(source, prepared, refused.offset))
            return None, [self._at(place, "TPL-COMPILE", refused.reason, hint)]
        inlined = inline(html, self.theme.css["inline"])
        lost = self.markers.names_in(source) - self.markers.names_in(inlined)
        messages = [f"the slot {name} got lost in compiling" for name in lost]
        return inlined, [self._at(None, "TPL-SLOT", message, None) for message in messages]

    def finish(self, html: str) -> tuple[Slotted, Mapping[str, int], list[Finding]]:
        """Resolve the seams, cut out the slots."""
        whole, article_bytes = self.resolve_seams(join_outlook_comments(html))
        slotted, slot_faults = self.markers.cut_html(whole)
        return slotted, article_bytes, [self._at(None, "TPL-SLOT", fault.message, None) for fault in slot_faults]

    def resolve_seams(self, html: str) -> tuple[str, Mapping[str, int]]:
        pieces: list[str] = []
        costs: Counter[str] = Counter()
        begun: dict[int, int] = {}
        done = size = 0
        for start, end, kind, number in self.markers.seams(html):
            pieces.append(html[done:start])
            size += len(pieces[-1].encode())
            done = end
            match kind:
                case "begin":
                    begun[number] = size
                case "end" if number in begun:
                    costs[self.slugs[number]] += size - begun.pop(number)
                case "open":
                    part = self.parts[number]
                    pieces.append(f'<div lang="{escape(part.locale)}" dir="{part.dir}">')
                case "close":
                    pieces.append("</div>")
        pieces.append(html[done:])
        return "".join(pieces), dict(costs)

    def _web_page(self, html: str) -> str:
        """The page for the web; empty when the publication has none."""
        if not self.web.wanted:
            return ""
        whole, _ = self.resolve_seams(self.web.for_everybody(html))
        return self.web.finished(join_outlook_comments(whole), self._typeset_parts(self.edition.preheader))

    def _rendered(
        self, html: Slotted, text: Slotted, article_bytes: Mapping[str, int], web_page: str
    ) -> RenderedEdition:
        used = {_relative(self.environment.get_template(name).filename or "", self.root) for name in self.used}
        return RenderedEdition(
            issue=self.edition.issue,
            code=self.edition.code,
            languages=languages_of(self.edition.code),
            subject=self._typeset_parts(self.edition.subject),
            preheader=self._typeset_parts(self.edition.preheader),
            html=html,
            text=text,
            files=tuple(sorted({*used, *self.theme.files})),
            article_bytes=article_bytes,
            web_page=web_page,
        )


@lru_cache(maxsize=1024)
def _relative(file: str, root: Path) -> str:
    return relative_name(Path(file), root)


def _offset_in(source: str, prepared: str, offset: int | None) -> int:
    """Where in `source` the tag stands that is at `offset` of `prepared`: both have the same tags."""
    if offset is None:
        return 0
    position = -1
    for _ in range(prepared.count("<", 0, offset + 1)):
        following = source.find("<", position + 1)
        position = following if following >= 0 else position
    return max(position, 0)


def _tidy(text: str) -> str:
    """No blanks at line ends, never more than one empty line in a row, one line break at the end."""
    lines = [line.rstrip(" \t") for line in text.strip().split("\n")]
    kept = [line for at, line in enumerate(lines) if line or lines[at - 1]]
    return "\n".join(kept) + "\n"
