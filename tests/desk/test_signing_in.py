"""Getting in: password, second factor, links; and staying out."""

import re

import httpx
import pyotp
import pytest
from sqlalchemy import select, text

from bot.desk.guarding import Attempts
from bot.errors import BotError
from bot.models import Account, DeskSession, ReviewItem
from bot.services.claiming_items import is_experienced
from bot.services.reviewing import add_item
from bot.services.signing_in import IDLE, connect_chat, make_link, open_session
from bot.states import LinkPurpose, Role
from tests.desk.browser import Browser
from tests.desk.conftest import PASSWORD, Stage


def token_for(desk: Stage, name: str, purpose: LinkPurpose) -> str:
    with desk.services.database.writing() as session:
        account = session.scalars(select(Account).where(Account.name == name)).one()
        return make_link(session, account, purpose, desk.clock.now())


def test_password_lets_a_volunteer_in(desk: Stage) -> None:
    desk.register("Ana", Role.VOLUNTEER)
    browser = desk.sign_in("Ana")
    assert browser.path == "/"
    assert "volunteer" in browser.text


def test_wrong_password_and_unknown_name_are_told_alike(desk: Stage) -> None:
    desk.register("Ana", Role.VOLUNTEER)
    browser = desk.browser()
    said = []
    for name, password in (("Ana", "not the password"), ("Nobody", PASSWORD), ("Ana", "")):
        browser.get("/signin")
        browser.post("/signin", name=name, password=password)
        said.append(re.search(r'role="alert">(.+?)</p>', browser.text, re.DOTALL))
    texts = {found[1] for found in said if found}
    assert len(texts) == 1
    assert browser.page.status_code == 403
    assert browser.cookie("desk_session") is None


def test_after_five_wrong_tries_even_the_right_password_waits(desk: Stage) -> None:
    desk.register("Ana", Role.VOLUNTEER)
    browser = desk.browser()
    browser.get("/signin")
    for _ in range(5):
        assert browser.post("/signin", name="Ana", password="wrong wrong wrong").status_code == 403
    assert browser.post("/signin", name="ana", password=PASSWORD).status_code == 429
    assert browser.cookie("desk_session") is None


def test_editor_without_the_code_gets_no_further(desk: Stage) -> None:
    desk.register("Eva", Role.EDITOR)
    browser = desk.browser()
    browser.get("/signin")
    browser.post("/signin", name="Eva", password=PASSWORD)
    assert browser.path == "/signin/code"
    assert browser.get("/").url.path == "/signin/code"
    assert browser.get("/help").url.path == "/signin/code"


def test_code_works_once_and_changes_the_session(desk: Stage) -> None:
    desk.register("Eva", Role.EDITOR)
    desk.clock.move(seconds=30)
    code, first = desk.code("Eva"), desk.browser()
    first.get("/signin")
    first.post("/signin", name="Eva", password=PASSWORD)
    before = first.cookie("desk_session")
    first.post("/signin/code", code=code)
    assert first.path == "/"
    assert first.cookie("desk_session") != before
    second = desk.browser()
    second.get("/signin")
    second.post("/signin", name="Eva", password=PASSWORD)
    assert second.post("/signin/code", code=code).status_code == 403


def test_link_is_asked_for_before_it_is_used_and_works_once(desk: Stage) -> None:
    desk.register("Ana", Role.VOLUNTEER)
    token = token_for(desk, "Ana", LinkPurpose.SIGN_IN)
    desk.browser().get(f"/link/{token}")  # whoever only looks at the address uses nothing up
    browser = desk.browser()
    browser.get(f"/link/{token}")
    browser.post(f"/link/{token}")
    assert browser.get("/help").status_code == 200
    other = desk.browser()
    assert other.get(f"/link/{token}").status_code == 410
    other.get("/signin")
    assert other.post(f"/link/{token}").status_code == 410


def test_link_ends_after_ten_minutes(desk: Stage) -> None:
    desk.register("Ana", Role.VOLUNTEER)
    token = token_for(desk, "Ana", LinkPurpose.SIGN_IN)
    desk.clock.move(minutes=10)
    browser = desk.browser()
    browser.get("/signin")
    assert browser.post(f"/link/{token}").status_code == 410


def test_newer_link_ends_the_older(desk: Stage) -> None:
    desk.register("Ana", Role.VOLUNTEER)
    older = token_for(desk, "Ana", LinkPurpose.SIGN_IN)
    token_for(desk, "Ana", LinkPurpose.SIGN_IN)
    assert desk.browser().get(f"/link/{older}").status_code == 410


def test_link_goes_to_the_connected_chat_and_the_page_tells_nothing(desk: Stage) -> None:
    number = desk.register("Ana", Role.VOLUNTEER)
    with desk.services.database.writing() as session:
        connect_chat(session, session.get_one(Account, number), 4711, desk.services.vault)
    browser, said = desk.browser(), []
    for name in ("Ana", "Nobody"):
        browser.get("/signin")
        browser.post("/signin/link", name=name)
        said.append(re.search(r'role="status">(.+?)</p>', browser.text, re.DOTALL))
    assert said[0]
    assert said[1]
    assert said[0][1] == said[1][1]
    jobs = desk.services.outbox.claim(5)
    assert [desk.services.vault.open(job.body)["data"]["chat_id"] for job in jobs] == [4711]


def test_session_ends_after_twelve_idle_hours(desk: Stage) -> None:
    browser = desk.client(Role.VOLUNTEER)
    desk.clock.time += IDLE
    assert browser.get("/help").url.path == "/signin"


def test_signing_out_ends_the_session_on_the_server(desk: Stage) -> None:
    browser = desk.client(Role.VOLUNTEER)
    with desk.services.database.reading() as session:
        assert session.query(DeskSession).count() == 1
    browser.post("/signout")
    with desk.services.database.reading() as session:
        assert session.query(DeskSession).count() == 0
    assert browser.get("/help").url.path == "/signin"


def test_new_password_signs_other_browsers_out(desk: Stage) -> None:
    one, other = desk.client(Role.VOLUNTEER), desk.client(Role.VOLUNTEER)
    one.get("/me")
    one.post("/me/password", password="another five words here", again="another five words here")
    assert one.get("/help").url.path == "/help"
    assert other.get("/help").url.path == "/signin"


@pytest.mark.parametrize(("password", "again"), [("short", "short"), ("four words and more", "four words and less")])
def test_password_that_is_short_or_differs_is_refused(desk: Stage, password: str, again: str) -> None:
    browser = desk.client(Role.VOLUNTEER)
    browser.get("/me")
    assert browser.post("/me/password", password=password, again=again).status_code == 400


def test_person_who_no_longer_takes_part_is_out_at_once(desk: Stage) -> None:
    volunteer, admin = desk.client(Role.VOLUNTEER, "Ana"), desk.client(Role.ADMIN)
    with desk.services.database.reading() as session:
        number = session.scalars(select(Account.id).where(Account.name == "Ana")).one()
    admin.get("/people")
    admin.post(f"/people/{number}", role="volunteer", language="de")
    assert volunteer.get("/help").url.path == "/signin"
    browser = desk.browser()
    browser.get("/signin")
    assert browser.post("/signin", name="Ana", password=PASSWORD).status_code == 403


def test_admin_vouches_for_the_practice_of_a_volunteer(desk: Stage) -> None:
    number, admin = desk.register("Ana", Role.VOLUNTEER), desk.client(Role.ADMIN)
    ana = desk.client(Role.VOLUNTEER, "Ana")
    admin.get("/people")
    for practised in ("", "yes", ""):
        languages = ["de", "ar"]
        admin.post(f"/people/{number}", role="volunteer", language=languages, active="yes", practised=practised)
        assert ("has practice" in admin.text.split("<details>")[-2]) is bool(practised)
        with desk.services.database.reading() as session:
            assert is_experienced(session.get_one(Account, number)) is bool(practised)
    assert ana.get("/me").url.path == "/me"  # vouching signs nobody out


def test_name_is_known_in_small_letters_too_and_taken_in_any(desk: Stage) -> None:
    desk.register("Ömer", Role.VOLUNTEER)
    with pytest.raises(BotError):
        desk.register("öMER", Role.VOLUNTEER)
    browser = desk.browser()
    browser.get("/signin")
    assert browser.post("/signin", name="ömer", password=PASSWORD).url.path == "/"


@pytest.mark.parametrize("until", ["", "2026-11-23", "2026-11-24"])
def test_break_that_is_none_is_refused(desk: Stage, until: str) -> None:
    ana = desk.client(Role.VOLUNTEER, "Ana")
    assert ana.post("/me/pause", until=until).status_code == 400
    assert "tomorrow or later" in ana.text


def test_break_gives_back_what_the_person_held_and_ends_with_one_tap(desk: Stage) -> None:
    ana = desk.client(Role.VOLUNTEER, "Ana")
    with desk.services.database.writing() as session:
        number = add_item(session, "chat", "de", "?", (), desk.services.vault, desk.clock.now()).id
    ana.get(f"/review/{number}")
    ana.get("/me")
    assert "November 26, 2026" in ana.post("/me/pause", until="2026-11-26").text
    with desk.services.database.reading() as session:
        assert session.get_one(ReviewItem, number).claimed_by is None
    ana.get("/me")
    ana.post("/me/pause", do="end")
    assert ana.get(f"/review/{number}").url.path == f"/review/{number}"


def test_invited_person_chooses_a_password_with_the_first_link(desk: Stage) -> None:
    admin = desk.client(Role.ADMIN)
    admin.get("/people")
    admin.post("/people", name="Neu", role="translator", language="uk")
    found = re.search(r"/link/([\w-]+)", admin.text)
    assert found
    browser = desk.browser()
    browser.get(f"/link/{found[1]}")
    browser.post(f"/link/{found[1]}")
    assert browser.path == "/me"
    browser.post("/me/password", password=PASSWORD, again=PASSWORD)
    assert desk.sign_in("Neu").get("/help").status_code == 200


def test_form_without_the_token_of_this_browser_changes_nothing(desk: Stage) -> None:
    browser = desk.client(Role.VOLUNTEER)
    browser.get("/me")
    for token in ("", "0" * 64):
        refused = browser.post("/me/password", csrf=token, password=PASSWORD + "x", again=PASSWORD + "x")
        assert refused.status_code == 403
    stranger = desk.client(Role.VOLUNTEER, "Other")
    found = re.search(r'name="csrf" value="(\w+)"', stranger.get("/me").text)
    assert found
    browser.get("/me")
    assert browser.post("/me/tour", csrf=found[1]).status_code == 403


def test_pages_carry_the_strict_headers(desk: Stage) -> None:
    headers = desk.browser().get("/signin").headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"


def test_address_outside_the_desk_is_not_gone_to_after_signing_in(desk: Stage) -> None:
    desk.register("Ana", Role.VOLUNTEER)
    browser = desk.browser()
    browser.get("/signin", after="x")
    browser.post("/signin", name="Ana", password=PASSWORD, after="//evil.example/")
    assert browser.page.url.host == "127.0.0.1"
    assert browser.path == "/"


def test_stolen_database_opens_no_session(desk: Stage) -> None:
    with desk.services.database.writing() as session:
        account = session.get_one(Account, desk.register("Ana", Role.VOLUNTEER))
        token = open_session(session, account, desk.clock.now())
        stored = session.scalars(select(DeskSession.token_hash)).one()
    assert token != stored
    browser = desk.browser()
    browser.get("/help", cookie=f"desk_session={stored}")
    assert browser.path == "/signin"


def test_link_that_connects_a_chat_lets_nobody_in(desk: Stage) -> None:
    desk.register("Ana", Role.VOLUNTEER)
    token = token_for(desk, "Ana", LinkPurpose.CONNECT)
    browser = desk.browser()
    browser.get("/signin")
    assert browser.post(f"/link/{token}").status_code == 410
    assert browser.get(f"/link/{token}").status_code == 410
    assert browser.get("/help").url.path == "/signin"


def test_one_place_cannot_lock_every_name(desk: Stage) -> None:
    desk.register("Ana", Role.VOLUNTEER)
    attempts = Attempts()
    assert all(attempts.take(f"name {number}", "one place") for number in range(30))
    for _ in range(10):
        assert not attempts.take("Ana", "one place")
    assert attempts.take("Ana", "another place")


def test_odd_letters_in_tokens_and_cookies_are_wrong_and_no_fault(desk: Stage) -> None:
    browser = desk.browser()
    browser.get("/signin")
    assert browser.post("/signin", csrf="é" * 64).status_code == 403
    odd = [(b"cookie", "desk_note=é.6162".encode("latin-1"))]
    assert httpx.get(f"{desk.address}/signin", headers=odd, trust_env=False).status_code == 200


def test_database_that_is_away_is_told_to_who_is_signed_in(desk: Stage) -> None:
    browser = desk.client(Role.VOLUNTEER)
    with desk.services.database.writing() as session:
        session.execute(text("ALTER TABLE desk_session RENAME TO elsewhere"))
    try:
        assert browser.get("/help").status_code == 503
        assert browser.get("/nowhere").status_code == 503
    finally:
        with desk.services.database.writing() as session:
            session.execute(text("ALTER TABLE elsewhere RENAME TO desk_session"))


def test_number_that_no_row_can_have_is_not_found(desk: Stage) -> None:
    assert desk.client(Role.VOLUNTEER).get(f"/review/{10**20}").status_code == 404


def read_secret(browser: Browser) -> str:
    found = re.search(r'<code class="secret" dir="ltr">([A-Z2-7]{32})</code>', browser.get("/me").text)
    assert found
    return found[1]


def test_second_factor_is_set_up_with_its_first_code_and_opens_what_publishes(desk: Stage) -> None:
    browser = desk.client(Role.ADMIN, totp=False)
    secret = read_secret(browser)
    assert browser.get("/people").status_code == 403
    browser.get("/me")
    assert browser.post("/me/totp", code="000000").status_code == 400
    assert read_secret(browser) == secret  # the picture that was scanned still holds
    browser.post("/me/totp", code=pyotp.TOTP(secret).at(desk.clock.now()))
    assert browser.get("/people").status_code == 200
    assert read_secret(browser) != secret


def test_second_factor_is_not_replaced_from_a_session_without_its_code(desk: Stage) -> None:
    number = desk.register("Eva", Role.EDITOR)
    with desk.services.database.writing() as session:
        token = open_session(session, session.get_one(Account, number), desk.clock.now())
    browser = desk.browser()
    browser.enter(token)
    assert browser.get("/me").url.path == "/signin/code"
    browser.post("/me/totp", code="000000")
    assert browser.path == "/signin/code"
