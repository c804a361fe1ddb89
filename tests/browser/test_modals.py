from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.bot import Bot
from tests.browser.kit import DEPLOY_FORM, modal, section
from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def opened(dana: Person, bot: Bot) -> Locator:
    """Dana types a command, and the bot opens its form."""
    await dana.sends("/deploy")
    asked = await bot.asked.get()
    await bot.calls("views.open", trigger_id=asked["trigger_id"], view=DEPLOY_FORM)
    await expect(dana.dialog).to_be_visible()
    return dana.dialog


async def chooses(form: Locator, environment: str, tag: str) -> None:
    await form.get_by_role("combobox", name="Environment").click()
    await form.get_by_role("option", name=environment).click()
    await form.get_by_label("Tag").fill(tag)


async def test_a_form_asks_for_what_is_missing_before_the_bot_hears_of_it(
    dana: Person, bot: Bot
) -> None:
    form = await opened(dana, bot)
    await form.get_by_role("button", name="Deploy").click()
    await expect(form.get_by_role("alert")).to_have_count(2)
    assert bot.asked.empty()


async def test_the_bots_complaint_stands_at_its_field_and_nothing_typed_is_lost(
    dana: Person, bot: Bot
) -> None:
    complaint = "A tag looks like sha-abc1234"
    bot.answers["form:deploy"] = {"response_action": "errors", "errors": {"tag": complaint}}
    form = await opened(dana, bot)
    await chooses(form, "staging", "nonsense")
    await form.get_by_role("button", name="Deploy").click()
    await expect(form.get_by_role("alert")).to_have_text(complaint)
    await expect(form.get_by_label("Tag")).to_have_value("nonsense")
    await expect(form.get_by_label("Tag")).to_be_focused()
    await expect(form.get_by_role("combobox", name="Environment")).to_contain_text("staging")


async def test_a_form_is_submitted_with_its_values_and_closes(dana: Person, bot: Bot) -> None:
    form = await opened(dana, bot)
    await chooses(form, "production", "v20261123-abc1234")
    await form.get_by_label("Tag").press("Enter")
    asked = await bot.asked.get()
    values = asked["view"]["state"]["values"]
    assert values["environment"]["environment"]["selected_option"]["value"] == "production"
    assert values["tag"]["tag"]["value"] == "v20261123-abc1234"
    await expect(dana.dialog).to_have_count(0)


async def test_a_form_can_be_pushed_on_another_and_left_again(dana: Person, bot: Bot) -> None:
    details = modal("Sure?", "form:sure", section("All of it"))
    bot.answers["form:deploy"] = {"response_action": "push", "view": details}
    form = await opened(dana, bot)
    await chooses(form, "dev", "sha-abc1234")
    await form.get_by_role("button", name="Deploy").click()
    await expect(dana.page.get_by_role("heading", name="Sure?")).to_be_visible()
    await dana.page.keyboard.press("Escape")
    await expect(dana.page.get_by_role("heading", name="Sure?")).to_have_count(0)
    await expect(dana.dialog.get_by_label("Tag")).to_have_value("sha-abc1234")


async def test_an_updated_form_keeps_what_was_typed(dana: Person, bot: Bot) -> None:
    form = await opened(dana, bot)
    await chooses(form, "dev", "sha-abc1234")
    view = await form.get_attribute("data-view")
    more = DEPLOY_FORM | {"blocks": [section("Newest: sha-fff0000"), *DEPLOY_FORM["blocks"]]}
    await bot.calls("views.update", view_id=view, view=more)
    await expect(form).to_contain_text("Newest: sha-fff0000")
    await expect(form.get_by_label("Tag")).to_have_value("sha-abc1234")
