"""Telegram's HTML parse mode, as strict as its documentation.

In two points this is stricter than Telegram itself, which shows the text as it is: a bare or
unknown ``&`` entity and an ``<a>`` without a usable address are refused here, because either is
always a mistake of the bot.
"""

import re
from dataclasses import dataclass, field

from tests.fakes.errors import Json, bad_request

NAMED_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
ENTITY_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
URL_SCHEMES = ("http://", "https://", "tg://", "mailto:", "tel:")

_TAG_NAME = re.compile(r"[^\s>/]*")
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[a-zA-Z0-9.-]+))?""")
_END_TAG = re.compile(r"</([a-zA-Z-]*)\s*>")
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]+));")


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(markup: str) -> tuple[str, list[Json]]:
    """Return the plain text and its entities; refuse with a 400 what is not well-formed."""
    return _Parser(markup).parse()


def strip_text(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Trim white space at both ends, as Telegram does, and move the entities along."""
    kept = text.strip()
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(kept)
    moved = []
    for entity in entities:
        first = max(entity["offset"] - lead, 0)
        last = min(entity["offset"] + entity["length"] - lead, end)
        if last > first:
            moved.append({**entity, "offset": first, "length": last - first})
    return kept, moved


@dataclass
class _Open:
    """A tag that waits for its end."""

    tag: str
    offset: int
    extra: Json = field(default_factory=dict)


class _Parser:
    """One pass over the markup, with a stack of open tags."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.position = 0
        self.plain: list[str] = []
        self.length = 0
        self.stack: list[_Open] = []
        self.entities: list[Json] = []

    def parse(self) -> tuple[str, list[Json]]:
        while self.position < len(self.markup):
            character = self.markup[self.position]
            if character == "&":
                self._character_entity()
            elif self.markup.startswith("</", self.position):
                self._end_tag()
            elif character == "<":
                self._start_tag()
            else:
                self._emit(character)
                self.position += 1
        if self.stack:
            self._refuse(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        ordered = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.plain), ordered

    def _emit(self, text: str) -> None:
        self.plain.append(text)
        self.length += utf16_length(text)

    def _refuse(self, reason: str) -> None:
        description = f"can't parse entities: {reason}"
        raise bad_request(description)

    def _byte_offset(self) -> int:
        return len(self.markup[: self.position].encode())

    def _character_entity(self) -> None:
        text = _decode(self.markup, self.position)
        if text is None:
            self._refuse(f"Unsupported character entity at byte offset {self._byte_offset()}")
            return
        decoded, self.position = text
        self._emit(decoded)

    def _start_tag(self) -> None:
        offset = self._byte_offset()
        named = _TAG_NAME.match(self.markup, self.position + 1)
        tag = named.group().lower() if named else ""
        if tag not in ENTITY_TYPES:
            self._refuse(f'Unsupported start tag "{tag}" at byte offset {offset}')
        attributes: dict[str, str] = {}
        cursor = self.position + 1 + len(tag)
        while attribute := _ATTRIBUTE.match(self.markup, cursor):
            name, value = attribute.groups()
            attributes[name.lower()] = self._attribute_value(value or "")
            cursor = attribute.end()
        while self.markup[cursor : cursor + 1].isspace():
            cursor += 1
        if self.markup[cursor : cursor + 1] != ">":
            self._refuse(f"Unclosed start tag at byte offset {offset}")
        self.stack.append(_Open(tag, self.length, self._extra(tag, attributes, offset)))
        self.position = cursor + 1

    def _attribute_value(self, raw: str) -> str:
        value = raw[1:-1] if raw[:1] in {'"', "'"} else raw
        return _ENTITY.sub(_decoded_or_as_is, value)

    def _extra(self, tag: str, attributes: dict[str, str], offset: int) -> Json:
        """Return what the attributes add to the entity, or refuse them."""
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            self._refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        if tag == "a":
            url = attributes.get("href", "")
            if not url.startswith(URL_SCHEMES):
                self._refuse(f'Tag "a" has no usable address at byte offset {offset}')
            return {"url": url}
        if tag == "blockquote" and "expandable" in attributes:
            return {"type": "expandable_blockquote"}
        language = attributes.get("class", "")
        if tag == "code" and language.startswith("language-"):
            return {"language": language.removeprefix("language-")}
        return {}

    def _end_tag(self) -> None:
        offset = self._byte_offset()
        match = _END_TAG.match(self.markup, self.position)
        if match is None:
            self._refuse(f"Unclosed end tag at byte offset {offset}")
            return
        tag = match.group(1).lower()
        if not self.stack:
            self._refuse(f"Unexpected end tag at byte offset {offset}")
        opened = self.stack.pop()
        if tag != opened.tag:
            self._refuse(f'Unmatched end tag at byte offset {offset}, expected "</{opened.tag}>", found "</{tag}>"')
        self._close(opened)
        self.position = match.end()

    def _close(self, opened: _Open) -> None:
        language = opened.extra.pop("language", None) if opened.tag == "code" else None
        if language and self.stack and self.stack[-1].tag == "pre":
            # <pre><code class="language-x"> is one entity, and its language belongs to the pre.
            self.stack[-1].extra["language"] = language
            return
        length = self.length - opened.offset
        if length:
            base = {"type": ENTITY_TYPES[opened.tag], "offset": opened.offset, "length": length}
            self.entities.append(base | opened.extra)


def _decoded_or_as_is(match: re.Match[str]) -> str:
    decoded = _decode(match.group(), 0)
    return decoded[0] if decoded else match.group()


def _decode(text: str, position: int) -> tuple[str, int] | None:
    """Return the character that an entity stands for and the position after it."""
    match = _ENTITY.match(text, position)
    if match is None:
        return None
    decimal, hexadecimal, name = match.groups()
    if name:
        found = NAMED_ENTITIES.get(name)
        return (found, match.end()) if found else None
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return None
    return chr(code), match.end()
