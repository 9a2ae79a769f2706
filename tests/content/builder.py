"""A small content without fault, in every language, for tests to plant faults in."""

import datetime as dt
from copy import deepcopy
from pathlib import Path
from typing import Any

from bot.adapters.content_files import write_entries
from bot.languages import TAGS
from bot.messages.content import Answer, Content, Entry
from bot.services.storing_content import build_content

Tree = dict[str, Any]
TODAY = dt.date(2026, 11, 24)
INTENTS = ("find_flat", "greet", "crisis")

_ORIGIN = {"source_url": "https://example.org/", "source_date": "2026-06", "seen": "2026-11-22"}
_SHARED: Tree = {
    "topics.yml": {
        "fields": [
            {
                "id": "housing",
                "symbol": "🏠",
                "topics": [
                    {
                        "id": "find_flat",
                        "symbol": "🔑",
                        "places": ["landlord", "shelter"],
                        "events": ["flat-fair"],
                        "rules": ["deposit"],
                        "ask_group": True,
                    }
                ],
            }
        ],
        "conversation": [{"id": "greet"}, {"id": "crisis", "places": ["emergency"]}],
    },
    "places.yml": [
        {"id": "emergency", "topics": ["crisis"], **_ORIGIN, "name": "Notruf", "kind": "helpline", "phone": "112"},
        {
            "id": "landlord",
            "topics": ["find_flat"],
            **_ORIGIN,
            "confirmed_by": "Welcome Service",
            "confirmed_on": "2026-11-20",
            "volatile": True,
            "name": "Wohnungen der Stadt",
            "kind": "housing",
            "address": "Breiter Weg 1, 39104 Magdeburg",
            "phone": "+49 391 1234567",
            "hours": "Mo-Fr 08:00-12:00; Tu 14:00-17:00",
            "languages": ["de", "en"],
        },
        {
            "id": "shelter",
            "topics": ["find_flat"],
            **_ORIGIN,
            "name": "Schutzhaus",
            "kind": "housing",
            "address": "Geheimer Weg 1, Magdeburg",
            "address_secret": True,
            "phone": "+49 391 7654321",
        },
    ],
    "events.yml": [
        {
            "id": "flat-fair",
            "topics": ["find_flat"],
            **_ORIGIN,
            "name": "Wohnungsmesse",
            "organiser": "Stadt Magdeburg",
            "last_date": "2025",
            "next_date": "2027-01-22",
            "ask": "landlord",
        }
    ],
    "rules.yml": [
        {
            "id": "deposit",
            "topics": ["find_flat"],
            **_ORIGIN,
            "statement": "The deposit is at most three rents.",
            "groups": ["title", "student"],
            "force": "in_force",
            "valid_until": "2027-12-31",
            "figures": {"most": {"value": 3, "unit": "months"}},
        }
    ],
    "gaps.yml": [
        {
            "id": "landlord-hours-in-summer",
            "topics": ["find_flat"],
            "missing": "Opening hours in the summer holidays.",
            "ask": "landlord",
            "since": "2026-11-20",
        }
    ],
    "unsupported.yml": {"es": {"name": "Español", "line": "Todavía no hablo español."}},
}
_GERMAN: Tree = {
    "fields.yml": {"housing": "Wohnen"},
    "facts.yml": {
        "emergency": "Hilfe in Lebensgefahr",
        "landlord": "Wohnungen für alle",
        "shelter": "Ein sicherer Ort",
        "flat-fair": "Vermieter treffen",
    },
    "housing.yml": {
        "find_flat": {
            "title": "Eine Wohnung finden",
            "keywords": ["Wohnung", "Miete", "Zimmer", "WG", "Vermieter"],
            "text": "Fragen Sie **mehrere** Vermieter. Dafür genügt Deutsch A1.",
            "steps": ["Rufen Sie an: {landlord.phone}.", "Sehen Sie die Wohnung an."],
            "bring": ["Ihren Pass"],
            "variants": [
                {"groups": ["title", "student"], "text": "Die Kaution ist höchstens {deposit.most} Miete."},
                {"groups": ["unknown"], "text": "Mit Aufenthalt nach § 24 kann anderes gelten."},
            ],
            "state": "public",
        }
    },
    "conversation.yml": {
        "greet": {"title": "Hallo", "text": "Hallo! Was möchten Sie wissen?", "state": "public"},
        "crisis": {"title": "Hilfe", "text": "Rufen Sie jetzt {emergency.phone} an.", "state": "public"},
    },
    "crisis.yml": {"danger": ["in lebensgefahr"], "harmless": ["keine lebensgefahr"]},
}
_ARABIC: Tree = {
    "fields.yml": {"housing": "السكن"},
    "facts.yml": {
        "emergency": "مساعدة عند الخطر على الحياة",
        "landlord": "شقق للجميع",
        "shelter": "مكان آمن",
        "flat-fair": "لقاء المؤجرين",
    },
    "housing.yml": {
        "find_flat": {
            "title": "البحث عن شقة",
            "keywords": ["شقة", "إيجار", "غرفة", "سكن", "مؤجر"],
            "text": "اسألوا **عدة** مؤجرين. يكفي مستوى A1 في اللغة.",
            "steps": ["اتصلوا بالرقم {landlord.phone}.", "شاهدوا الشقة."],
            "bring": ["جواز السفر"],
            "variants": [
                {"groups": ["title", "student"], "text": "التأمين لا يزيد على {deposit.most} من الإيجار."},
                {"groups": ["unknown"], "text": "مع إقامة حسب § 24 قد تختلف القواعد."},
            ],
        }
    },
    "conversation.yml": {
        "greet": {"title": "مرحبا", "text": "مرحبا! ماذا تريدون أن تعرفوا؟"},
        "crisis": {"title": "مساعدة", "text": "اتصلوا الآن بالرقم {emergency.phone}."},
    },
    "crisis.yml": {"danger": ["خطر الموت"]},
}
_UKRAINIAN: Tree = {
    "fields.yml": {"housing": "Житло"},
    "facts.yml": {
        "emergency": "Допомога при загрозі життю",
        "landlord": "Квартири для всіх",
        "shelter": "Безпечне місце",
        "flat-fair": "Зустріч з орендодавцями",
    },
    "housing.yml": {
        "find_flat": {
            "title": "Знайти квартиру",
            "keywords": ["квартира", "оренда", "кімната", "житло", "орендодавець"],
            "text": "Запитайте **кількох** орендодавців. Досить рівня A1.",
            "steps": ["Зателефонуйте: {landlord.phone}.", "Огляньте квартиру."],
            "bring": ["Паспорт"],
            "variants": [
                {"groups": ["title", "student"], "text": "Застава не більша за {deposit.most} оренди."},
                {"groups": ["unknown"], "text": "З дозволом за § 24 може діяти інше."},
            ],
        }
    },
    "conversation.yml": {
        "greet": {"title": "Вітаю", "text": "Вітаю! Що Ви хочете знати?"},
        "crisis": {"title": "Допомога", "text": "Зателефонуйте зараз: {emergency.phone}."},
    },
    "crisis.yml": {"danger": ["небезпека для життя"]},
}


def _translate(
    field: str,
    lines: tuple[str, str, str, str],
    keywords: str,
    texts: tuple[str, ...],
    greet: str,
    crisis: str,
    danger: str,
) -> Tree:
    """Return the files of one more language, from its texts in the order of the German ones."""
    title, text, call, look, passport, deposit, other = texts
    return {
        "fields.yml": {"housing": field},
        "facts.yml": dict(zip(("emergency", "landlord", "shelter", "flat-fair"), lines, strict=True)),
        "housing.yml": {
            "find_flat": {
                "title": title,
                "keywords": keywords.split(),
                "text": text,
                "steps": [call, look],
                "bring": [passport],
                "variants": [
                    {"groups": ["title", "student"], "text": deposit},
                    {"groups": ["unknown"], "text": other},
                ],
            }
        },
        "conversation.yml": {"greet": {"title": greet, "text": greet}, "crisis": {"title": greet, "text": crisis}},
        "crisis.yml": {"danger": [danger]},
    }


_ENGLISH = _translate(
    "Housing",
    ("Help in danger to life", "Flats for everybody", "A safe place", "Meet landlords"),
    "flat rent room lodging landlord",
    (
        "Find a flat",
        "Ask **several** landlords. Level A1 is enough.",
        "Call: {landlord.phone}.",
        "Look at the flat.",
        "Your passport",
        "The deposit is at most {deposit.most} of rent.",
        "With a permit under § 24 other rules may hold.",
    ),
    "Hello",
    "Call {emergency.phone} now.",
    "danger to life",
)
_RUSSIAN = _translate(
    "Жильё",
    ("Помощь при угрозе жизни", "Квартиры для всех", "Безопасное место", "Встреча с арендодателями"),
    "квартира аренда комната жильё арендодатель",
    (
        "Найти квартиру",
        "Спросите **нескольких** арендодателей. Достаточно уровня A1.",
        "Позвоните: {landlord.phone}.",
        "Осмотрите квартиру.",
        "Паспорт",
        "Залог не больше {deposit.most} аренды.",
        "С разрешением по § 24 может действовать другое.",
    ),
    "Здравствуйте",
    "Позвоните сейчас: {emergency.phone}.",
    "опасность для жизни",
)
_PERSIAN = _translate(
    "خانه",
    ("کمک در خطر جانی", "خانه برای همه", "جای امن", "دیدار با صاحبخانه‌ها"),
    "خانه اجاره اتاق مسکن صاحبخانه",
    (
        "پیدا کردن خانه",
        "از **چند** صاحبخانه بپرسید. سطح A1 کافی است.",
        "زنگ بزنید: {landlord.phone}.",
        "خانه را ببینید.",
        "پاسپورت",
        "پول پیش حداکثر {deposit.most} اجاره است.",
        "با اقامت طبق § 24 شاید قانون دیگری باشد.",
    ),
    "سلام",
    "همین حالا به {emergency.phone} زنگ بزنید.",
    "خطر مرگ",
)
_TURKISH = _translate(
    "Konut",
    ("Hayati tehlikede yardım", "Herkes için daireler", "Güvenli bir yer", "Ev sahipleriyle buluşma"),
    "daire kira oda konut kiralık",
    (
        "Daire bulmak",
        "**Birkaç** ev sahibine sorun. A1 düzeyi yeter.",
        "Arayın: {landlord.phone}.",
        "Daireye bakın.",
        "Pasaportunuz",
        "Depozito en fazla {deposit.most} kiradır.",
        "§ 24 izniyle başka kurallar olabilir.",
    ),
    "Merhaba",
    "Hemen {emergency.phone} numarasını arayın.",
    "hayati tehlike",
)
_FRENCH = _translate(
    "Logement",
    ("Aide en danger de mort", "Des logements pour tous", "Un lieu sûr", "Rencontrer des bailleurs"),
    "logement loyer chambre appartement bailleur",
    (
        "Trouver un logement",
        "Demandez à **plusieurs** bailleurs. Le niveau A1 suffit.",
        "Appelez : {landlord.phone}.",
        "Visitez le logement.",
        "Votre passeport",
        "La caution est au plus de {deposit.most} de loyer.",
        "Avec un titre selon § 24, d'autres règles peuvent valoir.",
    ),
    "Bonjour",
    "Appelez maintenant le {emergency.phone}.",
    "danger de mort",
)
_LANGUAGES: dict[str, Tree] = {
    "de": _GERMAN,
    "en": _ENGLISH,
    "ar": _ARABIC,
    "uk": _UKRAINIAN,
    "ru": _RUSSIAN,
    "fa": _PERSIAN,
    "tr": _TURKISH,
    "fr": _FRENCH,
}


def build_tree() -> Tree:
    """Return the files by their path, to be changed at will."""
    tree = deepcopy(_SHARED)
    for language, files in _LANGUAGES.items():
        tree |= {f"{language}/{name}": deepcopy(body) for name, body in files.items()}
    for language in TAGS[1:]:
        for name in ("housing.yml", "conversation.yml"):
            for topic, answer in tree[f"{language}/{name}"].items():
                german = Answer.model_validate(tree[f"de/{name}"][topic])
                answer |= {"translation": "reviewed", "source": german.fingerprint}
    return tree


def build_entries(tree: Tree) -> list[Entry]:
    """Return the entries of the files, as reading them would."""
    entries = []
    for file, body in sorted(tree.items()):
        if file == "topics.yml":
            items = [("tree", body)]
        else:
            items = list(body.items()) if isinstance(body, dict) else [(item["id"], item) for item in body]
        entries += [Entry(file, key, item, position).normalise() for position, (key, item) in enumerate(items)]
    return entries


def build_small_content(tree: Tree | None = None) -> Content:
    """Return the content of the files."""
    return build_content(build_entries(build_tree() if tree is None else tree))


def write_tree(folder: Path, tree: Tree | None = None) -> Path:
    """Write the files and return their folder."""
    write_entries(folder, build_entries(build_tree() if tree is None else tree))
    return folder
