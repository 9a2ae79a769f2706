"""A small content without fault, in three languages, for tests to plant faults in."""

import datetime as dt
from copy import deepcopy
from pathlib import Path
from typing import Any

from bot.adapters.content_files import write_entries
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
        {"id": "emergency", **_ORIGIN, "name": "Notruf", "kind": "helpline", "phone": "112"},
        {
            "id": "landlord",
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
            **_ORIGIN,
            "statement": "The deposit is at most three rents.",
            "groups": ["title", "student"],
            "force": "in_force",
            "valid_until": "2027-12-31",
            "figures": {"most": {"value": 3, "unit": "months"}},
        }
    ],
    "unsupported.yml": {"fr": {"name": "Français", "line": "Je ne parle pas encore français."}},
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


def build_tree() -> Tree:
    """Return the files by their path, to be changed at will."""
    tree = deepcopy(_SHARED)
    for language, files in (("de", _GERMAN), ("ar", _ARABIC), ("uk", _UKRAINIAN)):
        tree |= {f"{language}/{name}": deepcopy(body) for name, body in files.items()}
    for language in ("ar", "uk"):
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
