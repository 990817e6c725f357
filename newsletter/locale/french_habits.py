"""How French Canada writes hours, dates, zones, money and signs.

Sources: Office québécois de la langue française, Banque de dépannage linguistique (écriture des heures, des dates,
des sommes d’argent; table des espacements); Bureau de la traduction, Le guide du rédacteur.
"""

from __future__ import annotations

import re

from newsletter.locale.habits import Habit, habit
from newsletter.locale.languages import NBSP
from newsletter.locale.typography import MARK, UNITS
from newsletter.locale.zone_names import FRENCH_ZONES

S = r"[ \t\n\u00a0]"
"""Any space between two words of a text."""
MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
DAYS = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_CAPITAL_MONTHS = "|".join(month.capitalize() for month in MONTHS.split("|"))
_CAPITAL_DAYS = "|".join(day.capitalize() for day in DAYS.split("|"))
_BARE_MONTHS = {"fevrier": "février", "aout": "août", "decembre": "décembre"}


def _clock(hour: str, minute: str) -> str | None:
    if int(hour) > 24 or int(minute or 0) > 59:
        return None
    return f"{int(hour)}{NBSP}h" + (f"{NBSP}{minute}" if minute and int(minute) else "")


def _hour(found: re.Match[str]) -> str | None:
    return _clock(found[1], found[2] or "")


def _half_day(found: re.Match[str]) -> str | None:
    """``1:30 p.m.`` -> ``13 h 30``."""
    hour = int(found[1])
    if not 1 <= hour <= 12:
        return None
    afternoon = found[3].lower().startswith("p")
    return _clock(str(hour % 12 + (12 if afternoon else 0)), found[2] or "")


def _sum(found: re.Match[str]) -> str:
    """``$1,234.50`` -> ``1 234,50 $``; the sign of a country goes behind: ``25 $ US``."""
    whole, _, cents = re.sub(rf"{S}", "", found["amount"]).partition(".")
    if not cents and re.search(r",\d{1,2}\Z", whole):
        whole, _, cents = whole.partition(",")
    number = f"{int(re.sub(r'[^0-9]', '', whole)):,}".replace(",", NBSP) + (f",{cents}" if cents else "")
    groups = found.groupdict()
    if groups.get("many"):
        return f"{number}{NBSP}{groups['many']} de dollars"
    country = {"US": f"{NBSP}US", "CA": f"{NBSP}CA", "C": f"{NBSP}CA"}.get(groups.get("country") or "", "")
    return f"{number}{NBSP}${country}"


def _with_month(found: re.Match[str]) -> str:
    return f"{found[1]}{NBSP}{_BARE_MONTHS[found[2]]}"


_HOUR = "an hour is written with spaces around “h”, and without minutes when there are none"
_DATE = "a date in French"
_MONEY = "a sum in French has its sign behind, a decimal comma, and spaces between thousands"
_UNIT = "a no-break space is missing between a number and its sign"
_ORDINAL = "an ordinal is shortened to “1er”, “1re”, “2e”"

FRENCH: tuple[Habit, ...] = (
    habit("FR-HOUR", _HOUR, rf"(?<![\w.,])(\d{{1,2}}){S}?[hH]{S}?([0-5]\d)(?!\w)", _hour),
    habit("FR-HOUR", _HOUR, r"(?<![\w.,])(\d{1,3})[hH](?![\w/’'-])", rf"\1{NBSP}h"),
    habit("FR-HOUR", _HOUR, rf"(?<![\w.,])(\d{{1,2}}){S}h{S}(\d)(?!\w|{S}(?:min|s)\b)", rf"\1{NBSP}h{NBSP}0\2"),
    habit(
        "FR-HOUR",
        "an hour in French has 24 hours, and no “a.m.” or “p.m.”",
        rf"(?<![\w.,:])(\d{{1,2}})(?:{S}?[:hH]{S}?([0-5]\d))?{S}?([apAP]\.{S}?[mM]\.|[apAP][mM](?!\w))",
        _half_day,
    ),
    habit(
        "FR-HOUR",
        "an hour in running text is written with “h”, not with a colon",
        rf"(?<![\w:.,/-])([01]?\d|2[0-3]):([0-5]\d)(?![\w:/]|{S}?[apAP]\.?[mM])",
        _hour,
    ),
    habit(
        "FR-DATE",
        "the first of a month is “1er”",
        rf"(?<![\w,./°])1(?:ier|ère)?{S}({MONTHS})(?!\w)",
        rf"1er{NBSP}\1",
    ),
    habit(
        "FR-DATE",
        "the first of a month is “1er”",
        rf"(?<!\w)(du|[Ll]es){S}1{S}(?=(?:au|et){S}\d{{1,2}}{S}(?:{MONTHS})(?!\w))",
        r"\1 1er ",
    ),
    habit(
        "FR-DATE",
        "only the first of a month has an ordinal",
        rf"(?<!\w)(\d{{1,2}})(?:e|è|ème|ième|eme){S}({MONTHS})(?!\w)",
        rf"\1{NBSP}\2",
    ),
    habit(
        "FR-DATE",
        "the month of a date has a small letter",
        rf"(?<!\w)(\d{{1,2}}|1er){S}({_CAPITAL_MONTHS})(?!\w)",
        lambda found: f"{found[1]}{NBSP}{found[2].lower()}",
    ),
    habit(
        "FR-DATE",
        "the day of the week has a small letter within a sentence",
        rf"(?<=[\w,] )({_CAPITAL_DAYS})(?={S}(?:le{S})?\d)",
        lambda found: found[0].lower(),
    ),
    habit(
        "FR-DATE",
        "the name of the month lacks its accent",
        rf"(?<!\w)(\d{{1,2}}|1er){S}({'|'.join(_BARE_MONTHS)})(?!\w)",
        _with_month,
    ),
    habit(
        "FR-DATE",
        "no comma stands between month and year in French",
        rf"(?<!\w)((?:\d{{1,2}}|1er){S}(?:{MONTHS})),{S}((?:19|20)\d\d)(?![\w{NBSP}])",
        r"\1 \2",
    ),
    habit(
        "FR-DATE",
        "the day stands before the month in French",
        rf"(?<!\w)({MONTHS}){S}(\d{{1,2}}),{S}((?:19|20)\d\d)(?!\w)",
        rf"\2{NBSP}\1 \3",
    ),
    habit(
        "FR-DATE",
        "a date in figures is read in two ways",
        r"(?<![\w/.,-])\d{1,2}([/-])\d{1,2}\1(?:\d{4}|(?<=/)\d\d)(?![\w/-])",
        f"le 8{NBSP}mai 2021, or 2021-05-08",
    ),
    habit(
        "FR-TZ",
        "the English name of a time zone",
        rf"(?:(?<=[\dhitm.][ \u00a0])|(?<=[\dhitm.][ \u00a0]\())(?:{'|'.join(FRENCH_ZONES)})(?!\w)",
        lambda found: FRENCH_ZONES[found[0]],
        needs="T",
    ),
    habit(
        "FR-MONEY",
        _MONEY,
        rf"(?<![\w$])(?P<country>US|CA|C)?\$[ \u00a0]?(?P<amount>\d[\d,.]*(?:{NBSP}\d{{3}})*)(?<=\d)"
        rf"(?:{S}(?P<many>millions?|milliards?))?(?!\w)",
        _sum,
    ),
    habit(
        "FR-MONEY",
        _MONEY,
        rf"(?<![\w.,])(?P<amount>\d{{1,3}}(?:,\d{{3}})+(?:\.\d\d?)?|\d+(?:{S}\d{{3}})*\.\d\d?){S}?\$(?!\w)",
        _sum,
    ),
    habit(
        "FR-NUMBER",
        "a number in French has a decimal comma",
        rf"(?<![\w.,])(\d+)\.(\d+)(?={S}?%)",
        r"\1,\2",
    ),
    habit(
        "FR-NUMBER",
        "a number in French has spaces between thousands",
        rf"(?<![\w.,$])\d{{1,3}}(?:,\d{{3}})+(?![\w,.]\d|\d|{S}?\$)",
        lambda found: found[0].replace(",", NBSP),
    ),
    habit("FR-ORDINAL", _ORDINAL, rf"(?<![\w,.])(\d+)[iè]è?me(s?)(?!\w)(?!{S}(?:{MONTHS}))", r"\1e\2"),
    habit("FR-ORDINAL", _ORDINAL, rf"(?<![\w,.])1(?:ier|er)(s?)(?!\w)(?!{S}(?:{MONTHS}))", r"1er\1"),
    habit("FR-ORDINAL", _ORDINAL, r"(?<![\w,.])1[iè]?ère(s?)(?!\w)", r"1re\1"),
    habit("FR-ORDINAL", _ORDINAL, r"(?<!\w)([XVI]{1,6})[iè]è?me(s?)(?!\w)", r"\1e\2", needs="XVI"),
    habit(
        "FR-NBSP-COLON",
        "a no-break space is missing before the colon",
        rf"(?<=[^\s{NBSP}:])[ \t]?:(?=[\s{NBSP}]|\Z)",
        f"{NBSP}:",
        signs=True,
        needs=":",
    ),
    habit(
        "FR-GUILL",
        "French puts words between « and »",
        r'(?<![\d"])"(?!")',
        lambda found: f"«{NBSP}" if re.match(r"\w", found.string[found.end() :]) else f"{NBSP}»",
        signs=True,
        needs='"',
    ),
    habit(
        "FR-GUILL", "a no-break space is missing after «", rf"«(?!{NBSP})[ \t]?", f"«{NBSP}", signs=True, needs="«"
    ),
    habit(
        "FR-GUILL",
        "a no-break space is missing before »",
        rf"(?<!{NBSP})(?:(?<=\S)[ \t])?»",
        f"{NBSP}»",
        signs=True,
        needs="»",
    ),
    habit("FR-NBSP-UNIT", _UNIT, r"(?<=\d)[ \t]?([%$])(?!\w)", f"{NBSP}\\1", signs=True),
    habit("FR-NBSP-UNIT", _UNIT, rf"(?<=\d)[ \t](?=(?:{UNITS})(?!\w))", NBSP, signs=True),
    habit(
        "FR-NBSP-UNIT",
        "a no-break space is missing between the day and its month",
        rf"(?<!\w)(\d{{1,2}}|1er)[ \t](?=(?:{MONTHS})(?!\w))",
        rf"\1{NBSP}",
        signs=True,
    ),
    habit("FR-APOS", "a straight apostrophe", r"(?<=[^\W\d_])'(?=[^\W\d_])", "’", signs=True, needs="'"),
    habit("FR-APOS", "three dots for an ellipsis", r"(?<!\.)\.\.\.(?!\.)", "…", signs=True, needs="."),
    habit(
        "FR-APOS",
        "“œ” is one letter",
        r"(?<!\w)(?:[CcSsMmBbNnVv]|[Cc]h|[Mm]an|[Rr]anc)?[Oo]e(?:ur|uvre|uf|ud|u|ux|il)s?(?!\w)",
        lambda found: _ligature(found[0]),
        needs="e",
    ),
    habit(
        "FR-APOS",
        "a capital keeps its accent",
        r"(?:(?<=\A)|(?<=[.!?…] ))A(?= (?:la|l’|le|les|ce|cette|ces|vos|nos|partir|propos|venir|noter|compter|"
        r"lire|voir|suivre|Montréal|Québec|Ottawa|Toronto)\b)",
        "À",
        needs="A",
    ),
    habit(
        "FR-APOS",
        "a capital keeps its accent",
        r"(?<!\w)E(?=(?:tat|tats|cole|coles|tude|tudes|galement|tant|quipe|quipes|vénement|vénements|valuation|"
        r"valuations|change|changes|galité|criture|lection|lections|tudiant|tudiants|ditorial|mission)(?!\w))",
        "É",
        needs="E",
    ),
)

FRENCH_OF_CANADA: tuple[Habit, ...] = (
    habit(
        "FR-NOSPACE",
        "in Canada, French has no space before “;”, “!” and “?”",
        rf"(?<=[^\s{NBSP}«{MARK}])[ \t{NBSP}]+((?:;(?![)(-])|[!?])(?![\w=]))",
        r"\1",
        signs=True,
        needs=";!?",
    ),
)


def _ligature(word: str) -> str | None:
    known = (
        "oeuvre oeuvres coeur coeurs soeur soeurs choeur choeurs manoeuvre manoeuvres rancoeur rancoeurs moeurs"
    )
    known += " boeuf boeufs oeuf oeufs noeud noeuds voeu voeux oeil"
    if word.lower() not in known.split():
        return None
    return word.replace("oe", "œ").replace("Oe", "Œ").replace("OE", "Œ")
