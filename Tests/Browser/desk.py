"""The editors' desk in a browser: not one typed word may be lost. Run by Tests/Browser/run."""

import contextlib
import struct
import sys
import tempfile
import traceback
import zlib

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
        self.browser = browser
        self.context = browser.new_context(base_url=node.address, locale="de-DE", **options)
        self.context.set_default_timeout(20_000)

    def other(self):
        """A second browser in front of the same node."""
        return Desk(self.browser, self.node)

    def sign_in(self, name=NAME, role="administrator"):
        if name not in self.node.command("user", "list"):
            self.node.command("user", "add", name, "--role", role)
            self.node.command("user", "password", name, typed=PASSWORD + "\n")
        page = self.context.new_page()
        page.goto("/desk/signin")
        # Whoever is signed in already is led to the desk.
        if page.get_by_label("Anmeldename").count():
            page.get_by_label("Anmeldename").fill(name)
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


def picture(width, height):
    """A picture of one colour, with a text that a camera might have written."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x0d\x3b\x3e" * width) * height)
    parts = chunk(b"IHDR", head) + chunk(b"tEXt", b"Comment\0GPS 51.6") + chunk(b"IDAT", rows)
    return b"\x89PNG\r\n\x1a\n" + parts + chunk(b"IEND", b"")


@test
def a_picture_goes_the_way_of_the_draft(desk):
    page = desk.sign_in()
    address = desk.draft(page, "Neues Projekt")
    title(page).fill("Mit Bild")
    page.get_by_text("Bilder und Dateien", exact=False).first.click()
    page.get_by_role("button", name="Bild oder Datei hinzufügen").click()
    page.get_by_label("Datei").set_input_files(
        {"name": "bild.png", "mimeType": "image/png", "buffer": picture(640, 480)})
    page.get_by_role("button", name="Hochladen").click()
    expect(page.get_by_text("640 × 480 Pixel")).to_be_visible()
    page.get_by_label("Unterschrift").fill("Zur Probe")
    page.get_by_role("button", name="In den Entwurf übernehmen").click()
    expect(page.locator(".error")).to_contain_text("Ein Bild braucht")
    expect(page.get_by_label("Unterschrift")).to_have_value("Zur Probe")
    page.get_by_label("Alternativtext").fill("Eine grüne Fläche")
    page.get_by_role("button", name="In den Entwurf übernehmen").click()
    expect(page).to_have_url(f"{address}?ok=1")
    expect(title(page)).to_have_value("Mit Bild")
    page.get_by_role("button", name="Vorschau und Freigabe").click()
    expect(page.get_by_role("img", name="Eine grüne Fläche")).to_be_visible()
    page.get_by_role("button", name="Jetzt veröffentlichen").click()
    page.get_by_role("link", name="Öffentliche Seite").click()
    shown = page.get_by_role("img", name="Eine grüne Fläche")
    expect(shown).to_have_js_property("naturalWidth", 640)
    data = page.request.get(shown.get_attribute("src")).body()
    assert b"GPS" not in data and data.startswith(b"\x89PNG")


a_picture_goes_the_way_of_the_draft.options = {"java_script_enabled": False}


@test
def an_author_and_a_releaser_have_their_day(desk):
    chief = desk.sign_in()
    chief.goto("/desk/settings")
    chief.get_by_label("Vier Augen").check()
    chief.get_by_role("button", name="Speichern").click()
    expect(chief.get_by_text("Gespeichert.")).to_be_visible()
    other = desk.other()
    with contextlib.closing(other.context):
        author = other.sign_in("autor@stadt.example", "author")
        author.get_by_role("button", name="Neue Meldung").click()
        title(author).fill("Tag der offenen Tür")
        body(author).fill("Alle sind eingeladen.")
        expect(author.get_by_role("button", name="Veröffentlichen")).to_have_count(0)
        author.get_by_role("button", name="Vorschau und Freigabe").click()
        author.get_by_label("Bemerkung").fill("Bitte heute noch.")
        author.get_by_role("button", name="Zur Freigabe geben").click()
        address = author.url

        chief.goto("/desk")
        expect(chief.get_by_text("Wartet auf Freigabe")).to_be_visible()
        chief.get_by_role("link", name="Tag der offenen Tür").click()
        chief.locator("summary", has_text="Zurückgeben").click()
        chief.get_by_label("Was fehlt").fill("Die Uhrzeit fehlt.")
        chief.get_by_role("button", name="Zurückgeben").click()

        author.goto(address.removesuffix("/preview"))
        expect(author.get_by_text("Die Uhrzeit fehlt.")).to_be_visible()
        body(author).fill("Alle sind eingeladen, ab 10 Uhr.")
        author.get_by_role("button", name="Vorschau und Freigabe").click()
        author.get_by_role("button", name="Zur Freigabe geben").click()

        chief.goto(address)
        expect(chief.get_by_text("ab 10 Uhr")).to_be_visible()
        author.goto(address.removesuffix("/preview"))
        body(author).fill("Heimlich geändert.")
        saved(author)
        chief.get_by_role("button", name="Jetzt veröffentlichen").click()
        expect(chief.get_by_text("inzwischen geändert")).to_be_visible()
        assert "Tag der offenen" not in desk.node.get("/aktuelles")[1]

        author.get_by_role("button", name="Vorschau und Freigabe").click()
        author.get_by_role("button", name="Zur Freigabe geben").click()
        chief.goto(address)
        chief.get_by_role("button", name="Jetzt veröffentlichen").click()
        expect(chief.get_by_text("Gespeichert.")).to_be_visible()
        assert "Heimlich geändert" not in desk.node.get("/aktuelles")[1]
        assert "Tag der offenen" in desk.node.get("/aktuelles")[1]


@test
def text_of_twice_the_size_fits(desk):
    page = desk.sign_in()
    address = desk.draft(page)
    # A window of 1280 px at 200 % has the room of 640 px (WCAG 1.4.4).
    page.set_viewport_size({"width": 640, "height": 400})
    for target in ("/desk", address, f"{address}/preview", "/desk/people"):
        page.goto(target)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{target} is {wide} px too wide"
    page.goto(address)
    title(page).fill("Groß geschrieben")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()


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
    shown = page.url.split("?")[0]
    house = ["account", "people", "people/audit", "settings", "conflicts", "duplicates", "kreis",
             "importe"]
    return ["/desk", address, f"{address}/preview", f"{address}/media", shown,
            f"{shown}/history", *(f"/desk/{one}" for one in house)]


def no_violations(page, address):
    found = Axe().run(page).response["violations"]
    words = [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]
    assert not words, f"{address}: {words}"


@test
def the_way_in_has_no_barrier(desk):
    desk.node.command("user", "add", NAME, "--role", "author")
    page = desk.context.new_page()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            for address in ("/desk/signin", desk.node.command("user", "link", NAME)):
                page.goto(address)
                no_violations(page, f"{address} {scheme} {width}")


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
