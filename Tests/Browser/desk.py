"""The editors' desk in a browser: not one typed word may be lost. Run by Tests/Browser/run."""

import contextlib
import sys
import tempfile
import traceback

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from node import Node

NAME = "presse@stadt.example"
PASSWORD = "acht Kamele im Regen"
TESTS = []
# Pages are quick; this is for a machine that does much else.
expect.set_options(timeout=20_000)


def test(function):
    TESTS.append(function)
    return function


class Desk:
    """A browser with an editor who is signed in, in front of a node."""

    def __init__(self, browser, node, **options):
        self.node = node
        self.context = browser.new_context(base_url=node.address, locale="de-DE", **options)
        self.context.set_default_timeout(20_000)

    def sign_in(self):
        if NAME not in self.node.command("user", "list"):
            self.node.command("user", "add", NAME, "--role", "administrator")
            self.node.command("user", "password", NAME, typed=PASSWORD + "\n")
        page = self.context.new_page()
        page.goto("/desk/signin")
        # Whoever is signed in already is led to the desk.
        if page.get_by_label("Anmeldename").count():
            page.get_by_label("Anmeldename").fill(NAME)
            page.get_by_label("Passwort").fill(PASSWORD)
            page.get_by_role("button", name="Anmelden").click()
        expect(page.get_by_role("heading", name="Meine Einträge")).to_be_visible()
        return page

    def draft(self, page, kind="Neue Meldung"):
        """Begins a draft and gives its address."""
        page.goto("/desk")
        page.get_by_role("button", name=kind).click()
        expect(page.get_by_label("Titel", exact=True)).to_be_visible()
        return page.url


def saved(page):
    expect(page.locator("#saved")).to_contain_text("Gesichert:")


def title(page):
    return page.get_by_label("Titel", exact=True)


def body(page):
    return page.locator("textarea.long")


# MARK: the whole way


@test
def a_press_release_is_pasted_and_published(desk):
    page = desk.sign_in()
    desk.draft(page)
    title(page).fill("Bürgerbüro länger offen")
    body(page).fill("Ab Montag.\n\nMit **Termin** auch abends.")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert "Bürgerbüro länger offen" in desk.node.get("/aktuelles")[1]
    page.get_by_role("link", name="Öffentliche Seite").click()
    expect(page.locator("strong", has_text="Termin")).to_be_visible()


@test
def everything_works_without_scripts(desk):
    page = desk.sign_in()
    address = desk.draft(page, "Neuer Termin")
    title(page).fill("Repair-Café")
    page.get_by_role("button", name="Entwurf sichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    page.goto(address)
    expect(title(page)).to_have_value("Repair-Café")
    page.get_by_label("Erster Tag").fill("2031-10-07")
    page.get_by_role("button", name="Vorschau und Freigabe").click()
    expect(page.get_by_text("So wird es veröffentlicht:")).to_be_visible()
    page.get_by_role("button", name="Jetzt veröffentlichen").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert "Repair-Café" in desk.node.get("/termine")[1]


everything_works_without_scripts.options = {"java_script_enabled": False}


@test
def the_keyboard_alone_publishes(desk):
    page = desk.sign_in()
    page.goto("/desk")
    page.get_by_role("button", name="Neue Meldung").focus()
    page.keyboard.press("Enter")
    title(page).focus()
    page.keyboard.type("Nur Tasten")
    page.get_by_role("button", name="Veröffentlichen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert "Nur Tasten" in desk.node.get("/aktuelles")[1]


@test
def a_double_click_releases_once(desk):
    page = desk.sign_in()
    desk.draft(page)
    title(page).fill("Doppelklick")
    page.get_by_role("button", name="Veröffentlichen").dblclick()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert '"total":1' in desk.node.get("/api/v1/items?q=Doppelklick")[1]


# MARK: nothing typed is lost


@test
def a_closed_window_loses_nothing(desk):
    page = desk.sign_in()
    address = desk.draft(page)
    title(page).fill("Zugeklappt")
    saved(page)
    body(page).type("Ein Satz, der noch nicht gesichert ist.")
    page.close(run_before_unload=True)
    again = desk.context.new_page()
    again.goto(address)
    expect(title(again)).to_have_value("Zugeklappt")
    expect(body(again)).to_have_value("Ein Satz, der noch nicht gesichert ist.")


@test
def a_lost_network_loses_nothing(desk):
    page = desk.sign_in()
    address = desk.draft(page)
    title(page).fill("Erst verbunden")
    saved(page)
    desk.context.set_offline(True)
    title(page).fill("Ohne Netz weiter")
    expect(page.locator("#saved")).to_contain_text("in diesem Browser gesichert")
    page.close()
    desk.context.set_offline(False)
    again = desk.context.new_page()
    again.goto(address)
    expect(title(again)).to_have_value("Ohne Netz weiter")
    saved(again)
    other = desk.context.new_page()
    other.goto(address)
    expect(title(other)).to_have_value("Ohne Netz weiter")


@test
def a_killed_node_loses_nothing(desk):
    page = desk.sign_in()
    address = desk.draft(page)
    title(page).fill("Vor dem Ausfall")
    saved(page)
    # The worker governs a page from its second loading on.
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    expect(title(page)).to_have_value("Vor dem Ausfall")
    desk.node.kill()
    body(page).fill("Während des Ausfalls geschrieben.")
    expect(page.locator("#saved")).to_contain_text("in diesem Browser gesichert")
    page.reload()
    expect(body(page)).to_have_value("Während des Ausfalls geschrieben.")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.locator("#saved")).to_contain_text("in diesem Browser gesichert")
    desk.node.start()
    saved(page)
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert "Vor dem Ausfall" in desk.node.get("/aktuelles")[1]


@test
def two_windows_keep_both_texts(desk):
    one = desk.sign_in()
    address = desk.draft(one)
    title(one).fill("Gemeinsam")
    saved(one)
    one.reload()
    two = desk.context.new_page()
    two.goto(address)
    title(one).fill("Fenster eins")
    saved(one)
    body(two).fill("Text aus Fenster zwei")
    saved(two)
    expect(two.locator("#saved")).to_contain_text("In einem anderen Fenster geändert: Titel")
    title(two).fill("Fenster zwei")
    expect(two.locator("#saved")).to_contain_text("Beide Fassungen sind gesichert")
    two.reload()
    expect(two.get_by_text("Andere Fassung")).to_be_visible()
    expect(two.get_by_text("Fenster eins")).to_be_visible()
    two.get_by_role("button", name="Diese nehmen").click()
    expect(title(two)).to_have_value("Fenster eins")
    expect(body(two)).to_have_value("Text aus Fenster zwei")


@test
def an_ended_sign_in_loses_nothing(desk):
    page = desk.sign_in()
    address = desk.draft(page)
    title(page).fill("Vor der Pause")
    saved(page)
    other = desk.context.new_page()
    other.goto("/desk")
    other.get_by_role("button", name="Abmelden").click()
    title(page).fill("Nach der Pause")
    expect(page.locator("#saved")).to_contain_text("Ihre Anmeldung ist abgelaufen")
    desk.sign_in()
    saved(page)
    again = desk.context.new_page()
    again.goto(address)
    expect(title(again)).to_have_value("Nach der Pause")


@test
def a_form_after_the_end_of_its_sign_in_comes_back(desk):
    desk.sign_in()
    # What the browser does without scripts.
    plain = desk.context.browser.new_context(
        base_url=desk.node.address, java_script_enabled=False,
        storage_state=desk.context.storage_state())
    page = plain.new_page()
    address = desk.draft(page)
    title(page).fill('Ein "Titel" & mehr')
    other = plain.new_page()
    other.goto("/desk")
    other.get_by_role("button", name="Abmelden").click()
    page.get_by_role("button", name="Entwurf sichern").click()
    expect(page.get_by_text("Ihre Eingaben sind noch da")).to_be_visible()
    page.get_by_label("Anmeldename").fill(NAME)
    page.get_by_label("Passwort").fill("falsch")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("stimmt nicht")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_role("button", name="Eingaben absenden").click()
    page.goto(address)
    expect(title(page)).to_have_value('Ein "Titel" & mehr')
    plain.close()


@test
def the_back_button_loses_nothing(desk):
    page = desk.sign_in()
    desk.draft(page)
    title(page).fill("Zurück und vor")
    page.get_by_role("button", name="Vorschau und Freigabe").click()
    expect(page.get_by_text("So wird es veröffentlicht:")).to_be_visible()
    page.go_back()
    expect(title(page)).to_have_value("Zurück und vor")
    title(page).fill("Zurück und weiter")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    page.go_back()
    assert desk.node.get("/aktuelles")[1].count("Zurück und weiter") >= 1


# MARK: for everybody


@test
def the_line_of_status_tells_of_a_dead_node(desk):
    page = desk.sign_in()
    expect(page.locator("#status-link")).to_have_text("Zentraler Knoten")
    desk.node.kill()
    expect(page.locator("#status-link")).to_contain_text("antwortet nicht")
    desk.node.start()
    expect(page.locator("#status-link")).to_have_text("Zentraler Knoten")


def desk_pages(desk, page):
    """One address of each kind of page at the desk."""
    address = desk.draft(page)
    title(page).fill("Für alle")
    body(page).fill("Ein Absatz.")
    saved(page)
    item = desk.draft(page, "Neues Projekt")
    title(page).fill("Ein Projekt")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    people = ["/desk/account", "/desk/people", "/desk/people/audit"]
    return ["/desk", address, f"{address}/preview", page.url.split("?")[0], *people]


def no_violations(page, address):
    found = Axe().run(page).response["violations"]
    words = [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]
    assert not words, f"{address}: {words}"


@test
def no_page_has_a_barrier(desk):
    page = desk.sign_in()
    addresses = desk_pages(desk, page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            for address in addresses:
                page.goto(address)
                no_violations(page, f"{address} {scheme} {width}")
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, f"{address} is {wide} px too wide at {width}"


# MARK: run


def run(function, browser):
    with tempfile.TemporaryDirectory() as folder:
        node = Node(folder)
        node.start()
        with contextlib.ExitStack() as stack:
            stack.callback(node.stop)
            desk = Desk(browser, node, **getattr(function, "options", {}))
            stack.callback(desk.context.close)
            try:
                function(desk)
            except Exception:
                print((node.folder / "log").read_text(), file=sys.stderr)
                raise


def main(names):
    passed = failed = 0
    chosen = [one for one in TESTS if not names or any(name in one.__name__ for name in names)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for function in chosen:
            try:
                run(function, browser)
                print(f"✔ {function.__name__}", flush=True)
                passed += 1
            except Exception:
                print(f"✘ {function.__name__}", flush=True)
                traceback.print_exc()
                failed += 1
        browser.close()
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
