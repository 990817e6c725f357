"""The files of an article that is still to be written: every key, what it means, and an example of it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from newsletter.models.article import Article, Kind, Translation

_SCHEMA = "# yaml-language-server: $schema=../../schemas/article.schema.json"
_WIDTH = 108
_SPACES = "\u00a0\u202f\u2009"
_LOCALIZED = "{LOCALIZED}"
"""Stands for a text per language, all of them empty."""

_HEAD = """\
# What all languages share. An empty value is a mistake until it is filled in. A line like `# tags: [...]` is a key
# that may be left out: take the # away to use it.
# Ce que toutes les langues ont en commun. Une valeur vide est une erreur tant qu'elle n'est pas remplie. Une ligne
# comme `# tags: [...]` est une clé facultative : enlevez le # pour vous en servir."""

_SHARED = """\
# Made known on this day; issues choose and sort by it. / Jour de l'annonce; sert à choisir et à trier.
published: {PUBLISHED}
# What it is about; the list is in docs/reference/tags.md. / De quoi il s'agit; la liste est dans ce fichier.
{TAGS}
# Names: once when they are the same in all languages. / Les noms : une seule fois s'ils ne changent pas.
# organisations: [{EXAMPLE}]
# places: [{EXAMPLE}]
{LINKS}
# Pictures, each under an id: by absolute address as here, or a file in images/ beside this one: {file: room.jpg}.
# Alt texts stand in the texts; decorative: true = none. / Images : par leur adresse complète, comme ici, ou un
# fichier du dossier images/ : {file: room.jpg}. Le texte de remplacement va dans chaque langue.
# images:
#   room: {url: "https://www.example.org/images/room.jpg", width: 1200, height: 800}
# Where the facts come from; readers see the name. / D'où viennent les faits; on affiche le nom.
source:
  name: {LOCALIZED}
  # title: "Title of the source, as it stands / Titre de la source, tel quel"
  # url: "https://www.example.org/source"
  # note: "For editors only / Pour la rédaction seulement"
"""

_LINK_WORDS = """\
# Addresses, each under an id: one for everybody or one per language. Labels stand in the texts under the same id.
# Les adresses, chacune sous un identifiant : une pour tous ou une par langue. Le libellé va dans chaque langue."""

_BLOCKS: Mapping[Kind, str] = {
    Kind.EVENT: """\
# Local times of the time zone below, or days alone for whole days; without a known end, delete that line.
# Heures locales du fuseau indiqué, ou jours seuls; si la fin n'est pas connue, enlevez sa ligne.
event:
  start: # 2024-06-08T13:00
  end: # 2024-06-08T15:30
  timezone: {ZONE}
  # Where it is; for an event without a place delete this line and write online: true.
  # Le lieu; pour un événement en ligne, remplacez cette ligne par online: true.
  place: {LOCALIZED}
  # languages: [fr, en]
  # Id of the link where one registers. / Identifiant du lien d'inscription.
  registration: register
  # registration_deadline: 2024-06-05
  # After it was announced: it does not take place; number of changes of time, place or title.
  # Une fois annoncé : il n'a pas lieu; nombre de changements d'heure, de lieu ou de titre.
  # cancelled: true
  # sequence: 1
  # Each session with its own time and languages. / Chaque séance avec son heure et ses langues.
  # sessions:
  #   - start: 2024-06-08T13:00
  #     end: 2024-06-08T14:00
  #     languages: [fr]
  #     title: {EXAMPLE}
  #     speakers: [{name: "Camille Tremblay", role: {EXAMPLE}}]
""",
    Kind.PUBLICATION: """\
# The document. languages: those it exists in, which readers are told. / Le document. languages : ses langues.
publication:
  languages: # [fr]
  # Id of the link that leads to it. / Identifiant du lien qui y mène.
  link: document
  # format: PDF
  # pages: 48
  # size_kb: 2400
  # year: 2024
""",
    Kind.JOB: """\
# The position. / Le poste.
job:
  deadline: # 2024-06-05
  # Id of the link to the offer, or an address to write to. / Identifiant du lien, ou adresse où écrire.
  apply_link: offer
  # apply_email: emplois@example.org
  # contact: "Camille Tremblay"
  # contact_role: {EXAMPLE}
  # place: {EXAMPLE}
""",
    Kind.PERSON: """\
# Somebody who joins, leaves or is honoured. / Une personne qui arrive, part ou reçoit un honneur.
person:
  name: # "Camille Tremblay"
  role: {LOCALIZED}
  # Year, month or day. / Année, mois ou jour.
  # since: 2024-06
""",
    Kind.MEDIA: """\
# Somebody else's piece that mentions us, title as it stands. / Ce qu'un média dit de nous, titre tel quel.
media:
  outlet: # "La Gazette"
  title: # "Title of the piece"
  language: # fr
  published: # 2024-06-05
  # Id of the link that leads to it. / Identifiant du lien qui y mène.
  link: piece
""",
    Kind.PROJECT: """\
# planned, running or done / prévu, en cours ou terminé
project:
  status: # running
  # partners: [{EXAMPLE}]
  # A year or a span. / Une année ou une période.
  # period: 2023/2025
""",
    Kind.CALL: """\
# An invitation to take part. / Un appel à participer.
call:
  deadline: # 2024-06-05
  # Id of the link where one takes part. / Identifiant du lien pour participer.
  link: participate
""",
}
_MAIN_LINK = {
    Kind.EVENT: "register",
    Kind.PUBLICATION: "document",
    Kind.JOB: "offer",
    Kind.MEDIA: "piece",
    Kind.CALL: "participate",
}
"""Id of the link that an article of this kind is expected to have."""

_WORDS = {
    "en": {
        "title": "The title, without a full stop.",
        "summary": "One or two sentences: all that many readers will read.",
        "kicker": "A word above the title, if it helps: Report, Job.",
        "kicker_example": "Report",
        "alts": "What each picture shows, under the id it has in article.yaml.",
        "alt_example": "A library room with tables in a circle",
        "links": "The label of each link, under the id it has in article.yaml: where it leads.",
        "body": "Below the second ---: one to four short paragraphs in Markdown.",
        "beside": "Translated from {file}: the source stands above each line to fill in, its body at the end.",
        "source_body": "The body in '{language}'; yours goes below the ---.",
    },
    "fr": {
        "title": "Le titre, sans point final.",
        "summary": "Une ou deux phrases : tout ce que bien des gens liront.",
        "kicker": "Un mot au-dessus du titre, s'il aide : Rapport, Emploi.",
        "kicker_example": "Rapport",
        "alts": "Ce que montre chaque image, sous son identifiant d'article.yaml.",
        "alt_example": "Une salle de bibliothèque, des tables en cercle",
        "links": "Le libellé de chaque lien, sous son identifiant d'article.yaml : où il mène.",
        "body": "Sous le second --- : un à quatre courts paragraphes en Markdown.",
        "beside": "Traduit de {file} : la source est au-dessus de chaque ligne à remplir, son texte à la fin.",
        "source_body": "Le texte en '{language}'; le vôtre va sous le ---.",
    },
}


def article_skeleton(
    kind: Kind, *, published: date, tags: Sequence[str], in_use: Iterable[str], languages: Sequence[str], zone: str
) -> str:
    """`article.yaml` of an article of this kind. in_use: tags to propose when `tags` is empty."""
    empty = "{" + ", ".join(f'{language}: ""' for language in languages) + "}"
    example = "{" + ", ".join(f'{language}: "..."' for language in languages) + "}"
    proposed = tags or tuple(in_use)[:6] or ("one-tag", "another")
    values = {
        "{LOCALIZED}": empty,
        "{EXAMPLE}": example,
        "{PUBLISHED}": published.isoformat(),
        "{TAGS}": f"{'' if tags else '# '}tags: [{', '.join(proposed)}]",
        "{LINKS}": _links(kind, empty),
        "{ZONE}": zone,
    }
    text = "\n".join((_SCHEMA, _HEAD, f"kind: {kind.value}", _SHARED + _BLOCKS.get(kind, "")))
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def text_skeleton(kind: Kind, language: str) -> str:
    """`<language>.md` of a new article."""
    words = _WORDS.get(language, _WORDS["en"])
    link = _MAIN_LINK.get(kind)
    lines = [
        "---",
        f"# {words['title']}",
        'title: ""',
        f"# {words['summary']}",
        'summary: ""',
        f"# {words['kicker']}",
        f'# kicker: "{words["kicker_example"]}"',
        f"# {words['alts']}",
        "# alts:",
        f'#   room: "{words["alt_example"]}"',
        f"# {words['links']}",
        *(("links:", f'  {link}: ""') if link else ("# links:", '#   more: "..."')),
        f"# {words['body']}",
        "---",
    ]
    return "\n".join(lines) + "\n"


def translation_skeleton(article: Article, source: Translation, language: str) -> str:
    """`<language>.md` to be filled in: each text of `source` above the key it belongs to, its body as comments."""
    words = _WORDS.get(language, _WORDS["en"])
    data, code = source.data, source.language
    lines = ["---", f"# {words['beside'].format(file=source.source.file)}"]
    for key, text in (("title", data.title), ("summary", data.summary), ("kicker", data.kicker)):
        if text is not None:
            lines += [*_beside(code, text), f'{key}: ""']
    # What the article has now decides, not what the source happens to have words for.
    shown = {
        "alts": [name for name, image in article.data.images.items() if not image.decorative],
        "links": [name for name, link in article.data.links.items() if link.url_for(language)],
    }
    for field, names in shown.items():
        if names:
            lines.append(f"{field}:")
        for name in names:
            text = getattr(data, field).get(name)
            lines += [*(_beside(code, text, "  ") if text else ()), f'  {name}: ""']
    lines.append(f'translated_from: {{language: {code}, digest: "{source.digest}"}}')
    lines += ["#", f"# {words['source_body'].format(language=code)}", "#", *_comment(source.body)]
    return "\n".join([*lines, "---"]) + "\n"


def _links(kind: Kind, empty: str) -> str:
    name = _MAIN_LINK.get(kind)
    if name is None:
        return f'{_LINK_WORDS}\n# links:\n#   more: {{url: "https://www.example.org/"}}'
    return f"{_LINK_WORDS}\nlinks:\n  {name}:\n    url: {empty}"


def _beside(language: str, text: str, indent: str = "") -> Iterator[str]:
    return _comment(f"{language}: {text}", indent)


def _comment(text: str, indent: str = "") -> Iterator[str]:
    """`text` as lines of comment; characters that YAML refuses become spaces."""
    for line in text.splitlines():
        safe = "".join(char if char.isprintable() or char in _SPACES else " " for char in line)
        wrapped = textwrap.wrap(
            safe, _WIDTH - len(indent), break_long_words=False, break_on_hyphens=False, drop_whitespace=True
        )
        yield from (f"{indent}# {piece}".rstrip() for piece in wrapped or [""])
