"""Sentences that people read, in Chinese and in English.

`_("This duty is on the desk of {desk}.", desk=desk)` keeps the English sentence and its values; it is put
into words only when somebody reads it. Chinese stands in `locale/zh_CN/LC_MESSAGES/messages.po` of the distribution
that says the sentence.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
ORDINARILY: Language = "zh"
LANGUAGE_COOKIE = "lang"
HOME_ZONE = ZoneInfo("Asia/Shanghai")
_LOCALES = {"zh": Locale.parse("zh_CN"), "en": Locale.parse("en_GB")}
_DAY = {"zh": "y年M月d日", "en": "d MMM y"}
_MOMENT = {"zh": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """One sentence and its values, said in the language of whoever reads it."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def in_(self, language: str) -> str:
        """The sentence in this language."""
        template = self.template if language == "en" else in_chinese().get(self.template, self.template)
        if not self.values:
            return template
        return template.format_map({name: in_words(value, language) for name, value in self.values.items()})

    @property
    def en(self) -> str:
        return self.in_("en")

    @property
    def zh(self) -> str:
        return self.in_("zh")

    @property
    def texts(self) -> dict[str, str]:
        """Both languages, as events and tables keep them."""
        return {"zh": self.zh, "en": self.en}

    def __str__(self) -> str:
        return self.en

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and (self.en, self.zh) == (other.en, other.zh)

    def __hash__(self) -> int:
        return hash((self.en, self.zh))


def _(sentence: str, /, **values: Any) -> Sentence:
    """A sentence for people; the English words are its name in the catalogue."""
    return Sentence(sentence, values)


def in_words(value: Any, language: str) -> Any:
    """A value as it is said in a language: sentences, texts in both languages, moments, days and durations."""
    if isinstance(value, Sentence):
        return value.in_(language)
    if isinstance(value, datetime):
        return moment(value, language)
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, timedelta):
        return duration(value, language)
    if is_text(value):
        return value.get(language) or value.get("zh") or value["en"]
    return value


def is_text(value: Any) -> bool:
    """Whether this is a text in both languages, as packs write it."""
    return isinstance(value, Mapping) and bool(value) and set(value) <= {"zh", "en"}


def moment(at: datetime, language: str, zone: ZoneInfo = HOME_ZONE) -> str:
    """A moment as people write it, in the place's own time."""
    return format_datetime(at, _MOMENT[_known(language)], tzinfo=zone, locale=_LOCALES[_known(language)])


def day(on: date, language: str) -> str:
    """A day as people write it."""
    return format_date(on, _DAY[_known(language)], locale=_LOCALES[_known(language)])


def duration(lasting: timedelta, language: str, *, direction: bool = False) -> str:
    """How long, in the largest unit that says enough; with direction: in how long, or how long ago."""
    locale = _LOCALES[_known(language)]
    return format_timedelta(lasting, threshold=1.2, add_direction=direction, locale=locale)


def language_of(request: HTTPConnection) -> Language:
    """The caller's language: as asked in the address, as chosen before, as the browser says, else Chinese."""
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish and (language := _spoken(wish)):
            return language
    return _accepted(request.headers.get("accept-language", ""))


def _accepted(header: str) -> Language:
    """The first language of an Accept-Language header, by its weights, that we speak."""
    wishes: list[tuple[float, Language]] = []
    for part in header.split(",")[:20]:
        name, _semicolon, weight = part.partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if (language := _spoken(name.strip())) and quality > 0:
            wishes.append((quality, language))
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else ORDINARILY


def _spoken(name: str) -> Language | None:
    language = name.lower().replace("_", "-").split("-")[0]
    return next((known for known in LANGUAGES if known == language), None)


def _known(language: str) -> str:
    return language if language in _LOCALES else ORDINARILY


@cache
def in_chinese() -> dict[str, str]:
    """The Chinese catalogue of everything installed, English sentence to Chinese sentence."""
    import closeloop  # a namespace: one path per installed distribution

    catalogue: dict[str, str] = {}
    for root in closeloop.__path__:
        for file in sorted(Path(root).glob("*/locale/zh_CN/LC_MESSAGES/messages.po")):
            catalogue.update(entries_of(file))
    return catalogue


def entries_of(file: Path) -> dict[str, str]:
    """The translated sentences of one catalogue file."""
    with file.open("rb") as lines:
        catalogue = read_po(lines, locale="zh_CN", abort_invalid=True)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}


def blanks_of(template: str) -> set[str]:
    """The names in braces that a sentence waits for."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(template) if name}
