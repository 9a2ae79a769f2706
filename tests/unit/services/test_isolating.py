"""Latin runs inside right-to-left text."""

import pytest

from bot.services.isolating import isolate

A, B = "\u2066", "\u2069"


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("اتصل بالرقم +49 391 5404389 الآن", f"اتصل بالرقم {A}+49 391 5404389{B} الآن"),
        ("في Leiterstraße 2a, 39104 Magdeburg (Altstadt)", f"في {A}Leiterstraße 2a, 39104 Magdeburg (Altstadt){B}"),
        ("اسأل BürgerBüro Mitte عن Anmeldung.", f"اسأل {A}BürgerBüro Mitte{B} عن {A}Anmeldung{B}."),
        ("🔗 https://www.magdeburg.de/x?y=1", f"🔗 {A}https://www.magdeburg.de/x?y=1{B}"),
        ("1. اذهب\n2. اسأل", f"{A}1.{B} اذهب\n{A}2.{B} اسأل"),
        ("اتصل بالرقم 112. الآن", f"اتصل بالرقم {A}112{B}. الآن"),
        ("المكتب (Jobcenter) هنا", f"المكتب ({A}Jobcenter{B}) هنا"),
        ("**Jobcenter**", f"**{A}Jobcenter{B}**"),
        ("لا شيء هنا", "لا شيء هنا"),
    ],
)
def test_latin_runs_are_isolated(text: str, isolated: str) -> None:
    assert isolate(text, "rtl") == isolated


def test_left_to_right_text_stays() -> None:
    assert isolate("Jobcenter 112", "ltr") == "Jobcenter 112"
