"""docs/privacy.md lists every column that may hold something of a person, and no column that does not exist."""

import re

from bot import models
from bot.db import Base
from bot.settings import ROOT

WITHOUT_PEOPLE = {"bot_state", "counter", "content_entry"}
_ROW = re.compile(r"^\| (\w+) \| (\w+) \| .+ \| .+ \|$", re.MULTILINE)


def test_inventory_fits_the_models() -> None:
    assert models.Chat.metadata is Base.metadata
    listed = set(_ROW.findall((ROOT / "docs" / "privacy.md").read_text(encoding="utf-8"))) - {("table", "column")}
    existing = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        if table.name not in WITHOUT_PEOPLE
        for column in table.columns
    }
    assert listed == existing
