"""What people type into a field, read as the content stores it: phones, dates, numbers, links, keys."""

import datetime as dt
import re
import unicodedata
from collections.abc import Container, Iterable
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from bot.errors import BotError

_COUNTRY = "DE"
_GERMANY = 49
_KEY_LENGTH = 50  # leaves room for a number behind it
# Numbers that are the same in all of Germany, with or without the European 116 lines of later years.
_SHORT = re.compile(r"1\d{2}|116\d{3}")
# Numbers that cannot be called from abroad stand as they stand on German doors.
_NATIONAL = frozenset(
    {PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.UAN}
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+")
_URL = re.compile(r"https?://[^\s/.]+(\.[^\s/.]+)+(/\S*)?")
_GERMAN_DATE = re.compile(r"(?:(\d{1,2})\.\s*)?(\d{1,2})\.\s*(\d{4})")
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def keep_order(chosen: Iterable[str], before: Iterable[str]) -> list[str]:
    """Return what was chosen from a list of boxes: in the order that was there before, the new ones at the end."""
    values = dict.fromkeys(chosen)
    known = [value for value in before if value in values]
    return [*known, *(value for value in values if value not in known)]


class Fault(StrEnum):
    """Why a field cannot be taken as it is; the desk says it in words."""

    MISSING = "missing"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    DATE = "date"
    PARTIAL_DATE = "partial_date"
    PAST = "past"
    NUMBER = "number"
    DAY_HOURS = "day_hours"
    OTHER_HOURS = "other_hours"
    HOURS_TWICE = "hours_twice"
    ORDER = "order"
    REPLACEMENT = "replacement"
    TOPIC = "topic"
    SHOWN = "shown"
    NAME_TAKEN = "name_taken"
    FIGURE = "figure"
    TOO_LONG = "too_long"


class FieldError(BotError):
    """A field cannot be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"this cannot be read: {fault}")
        self.fault = fault


def read_phone(text: str) -> str:
    """Return a number as the content writes it: +49 391 …, 0800 …, 115; raises FieldError."""
    digits = re.sub(r"[\s/().–-]", "", text)
    if _SHORT.fullmatch(digits):
        return digits
    try:
        number = phonenumbers.parse(text, _COUNTRY)
    except phonenumbers.NumberParseException:
        raise FieldError(Fault.PHONE) from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise FieldError(Fault.PHONE)
    national = number.country_code == _GERMANY and phonenumbers.number_type(number) in _NATIONAL
    form = PhoneNumberFormat.NATIONAL if national else PhoneNumberFormat.INTERNATIONAL
    return re.sub(r"[^+0-9]+", " ", phonenumbers.format_number(number, form)).strip()


def read_email(text: str) -> str:
    """Return an e-mail address; raises FieldError."""
    name, _, host = text.rpartition("@")
    address = f"{name}@{host.lower()}"
    if not _EMAIL.fullmatch(address):
        raise FieldError(Fault.EMAIL)
    return address


def read_url(text: str) -> str:
    """Return a link, with https:// where nothing stood before it; raises FieldError."""
    link = text if "://" in text else f"https://{text}"
    if not _URL.fullmatch(link):
        raise FieldError(Fault.URL)
    return link


def read_date(text: str) -> str:
    """Return a day in ISO form from 2026-12-05 or 05.12.2026; raises FieldError."""
    match = _GERMAN_DATE.fullmatch(text)
    iso = f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}" if match and match[1] else text
    try:
        return dt.date.fromisoformat(iso).isoformat()
    except ValueError:
        raise FieldError(Fault.DATE) from None


def read_partial_date(text: str) -> str:
    """Return a year, month or day in ISO form, from 2026, 12.2026 or a day as read_date takes it; raises FieldError."""
    match = _GERMAN_DATE.fullmatch(text)
    if match and not match[1]:
        text = f"{match[3]}-{match[2]:0>2}"
    try:
        if re.fullmatch(r"\d{4}(-\d{2})?", text):
            read_date(f"{text}-01-01"[:10])
            return text
        return read_date(text)
    except FieldError:
        raise FieldError(Fault.PARTIAL_DATE) from None


def read_number(text: str) -> int | float:
    """Return a number in German or English writing, a sign of money or percent taken off; raises FieldError."""
    bare = text.strip("€% ").replace(" ", "")
    if "," in bare or _THOUSANDS.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    if not re.fullmatch(r"\d+(\.\d+)?", bare):
        raise FieldError(Fault.NUMBER)
    value = float(bare)
    return int(value) if value.is_integer() else value


def make_key(name: str, taken: Container[str]) -> str:
    """Return an id made from a name, with a number behind it where another fact has it already."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_UMLAUTS)).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain)[:_KEY_LENGTH].strip("-") or "fact"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key
