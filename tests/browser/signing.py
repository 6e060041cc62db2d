"""Signing in as a person does: through the demonstration's own provider, in the browser."""

from playwright.sync_api import Browser, Page

__all__ = ["cookies_of", "sign_in"]


def sign_in(page: Page, origin: str, subject: str) -> None:
    """The whole code flow: our redirect, the provider's list of invented people, and back to the service."""
    page.goto(f"{origin}/sign-in?back=/health/live")
    page.click(f'button[name=sub][value="{subject}"]')
    page.wait_for_url(f"{origin}/**")


def cookies_of(browser: Browser, origin: str, subject: str) -> list[dict[str, object]]:
    """The cookies that this person's browser holds after signing in, to be given to other contexts."""
    context = browser.new_context()
    try:
        sign_in(context.new_page(), origin, subject)
        return [dict(cookie) for cookie in context.cookies(origin) if str(cookie.get("name")).startswith("ansim_")]
    finally:
        context.close()
