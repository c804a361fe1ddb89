"""Somebody in front of the page."""

from __future__ import annotations

from playwright.async_api import ConsoleMessage, Locator, Page, expect

COMPOSER = "Message or command"


class Person:
    """Looks at the page and uses it, by what is written on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._notes)

    def _notes(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.problems.append(line.text)

    @property
    def composer(self) -> Locator:
        return self.page.get_by_label(COMPOSER)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    async def writes(self, text: str) -> None:
        await self.composer.press_sequentially(text)

    async def sends(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def presses(self, button: str) -> None:
        await self.page.get_by_role("button", name=button, exact=True).last.click()

    async def opens(self, channel: str) -> None:
        await self.page.locator(f".room-row:has-text('{channel}')").click()

    async def becomes(self, name: str) -> None:
        await self.page.get_by_role("radio", name=name).click()
        await expect(self.page.locator(".me")).to_contain_text(name)

    def message(self, text: str) -> Locator:
        return self.page.locator(".channel .message", has_text=text)

    async def sees(self, text: str) -> None:
        await expect(self.message(text)).to_be_visible()

    async def misses(self, text: str) -> None:
        await expect(self.message(text)).to_have_count(0)
