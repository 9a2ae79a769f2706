"""Makes docs/conversation.png from real replies of the bot: `.venv/bin/python docs/picture.py` (wants chromium)."""

import asyncio
import html
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.adapters.rasa_process import start_nlu_if_needed
from bot.bootstrap import build_conversation
from bot.languages import get_language
from bot.messages.conversation import ChatState
from bot.services.conversing import Conversation
from bot.services.reading import read_message
from bot.settings import ROOT, get_settings
from bot.telegram.rendering import render_reply

QUESTIONS = (("uk", "Де можна вивчити німецьку?"), ("ar", "أين أجد طبيبا يتكلم العربية؟"))
WIDTH, HEIGHT = 1080, 1420
STYLE = """
* { box-sizing: border-box }
body { margin: 0; display: flex; gap: 24px; padding: 24px; background: #fff;
       font: 15px/1.4 'Noto Sans', 'Noto Sans Arabic', 'Noto Color Emoji', sans-serif }
.phone { flex: 1; height: 1372px; overflow: hidden; border-radius: 28px; border: 8px solid #222; background: #d5e3d0;
         padding: 14px; position: relative }
.phone::after { content: ''; position: absolute; inset: auto 0 0 0; height: 90px;
                background: linear-gradient(transparent, #d5e3d0) }
.bubble { background: #fff; border-radius: 14px; padding: 9px 12px; margin: 0 0 6px; white-space: pre-wrap;
          overflow-wrap: anywhere }
.mine { background: #e3fdd1; width: fit-content; margin-inline-start: auto; margin-bottom: 10px }
.row { display: flex; gap: 4px; margin-bottom: 4px }
.row span { flex: 1; text-align: center; background: #5d7a5acc; color: #fff; border-radius: 8px; padding: 6px 4px;
            font-size: 13px }
a { color: #2678b6; text-decoration: none }
"""


async def collect_bubbles(conversation: Conversation, tag: str, question: str) -> str:
    """Return the HTML of a question and its reply, in the direction of the language."""
    outcome = await conversation.reply_to_text(read_message(question), ChatState(chosen=tag))
    bubbles = [f'<div class="bubble mine">{html.escape(question)}</div>']
    for _, data in render_reply(outcome.reply, 1):
        bubbles.append(f'<div class="bubble">{data["text"]}</div>')
        for row in data.get("reply_markup", {}).get("inline_keyboard", []):
            buttons = "".join(f"<span>{html.escape(button['text'])}</span>" for button in row)
            bubbles.append(f'<div class="row">{buttons}</div>')
    return f'<div class="phone" dir="{get_language(tag).direction}" lang="{tag}">{"".join(bubbles)}</div>'


async def build_page() -> str:
    """Return the page with one phone a question."""
    async with start_nlu_if_needed(get_settings()) as nlu:
        conversation = build_conversation(get_settings(), nlu)
        phones = [await collect_bubbles(conversation, tag, question) for tag, question in QUESTIONS]
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{"".join(phones)}'


def main() -> None:
    """Write the picture."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("picture: chromium was not found; install it (Debian: apt-get install chromium fonts-noto-core).")
    target = ROOT / "docs" / "conversation.png"
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(asyncio.run(build_page()), encoding="utf-8")
        quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
        quiet += ["--disable-background-networking", "--disable-component-update", "--hide-scrollbars"]
        where = [f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={target}"]
        subprocess.run([chromium, *quiet, *where, page.as_uri()], check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
