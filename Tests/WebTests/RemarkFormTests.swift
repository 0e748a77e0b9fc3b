// The form of the accessibility statement, from the reader to the editors' list.

import Desk
import Events
import HTTP
import Testing

@testable import Web

@Suite struct RemarkFormTests {
  private static let path = "/barrierefreiheit"

  private func send(
    _ stage: Stage, _ pairs: [(String, String)], site: String = "same-origin"
  ) throws -> Reply {
    try stage.post(RemarkFormTests.path, pairs, cookie: nil, site: site)
  }

  // http-90
  @Test func theFormNeedsNoScriptAndSetsNoCookie() throws {
    let page = try Seed.stage().get(RemarkFormTests.path)
    #expect(page.status == 200 && page["Set-Cookie"] == nil)
    #expect(page.body.contains("<form class=\"form\" method=\"post\" action=\"/barrierefreiheit"))
    #expect(page.body.contains("name=\"was\"") && page.body.contains("name=\"wo\""))
    #expect(page.body.contains("type=\"email\"") && !page.body.contains("<script"))
    #expect(page.body.contains("Nach 180 Tagen"))
  }

  // http-91
  @Test func aRemarkLeadsToThanksAndToTheDesk() throws {
    let stage = try Seed.stage()
    let answer = try send(
      stage, [("was", "Der <b>Knopf</b>\r\nfehlt"), ("wo", "/suche"), ("mail", "a@b.example")])
    #expect(answer.status == 303 && answer["Location"] == "/barrierefreiheit/danke")
    #expect(answer["Set-Cookie"] == nil && answer["X-Content-Type-Options"] == "nosniff")
    let thanks = try stage.get("/barrierefreiheit/danke")
    #expect(thanks.status == 200 && thanks.body.contains("Danke für Ihren Hinweis"))

    let list = try stage.send(
      "GET", "/desk/feedback", ["Cookie": "vesthub=\(Stage.session)"])
    #expect(list.status == 200 && list["Cache-Control"] == "no-store")
    #expect(list.body.contains("Der &lt;b&gt;Knopf&lt;/b&gt;\nfehlt"))
    #expect(list.body.contains("mailto:a@b.example") && list.body.contains("Offen: 1"))
    let done = try stage.post("/desk/feedback/1/done", [("token", list.hidden("token"))])
    #expect(done.status == 303 && done["Location"] == "/desk/feedback")
    let after = try stage.send(
      "GET", "/desk/feedback", ["Cookie": "vesthub=\(Stage.session)"])
    #expect(after.body.contains("Offen: 0") && after.body.contains("Wieder öffnen"))
  }

  @Test func theListIsForEditorsAlone() throws {
    let stage = try Seed.stage()
    #expect(try stage.send("GET", "/desk/feedback")["Location"]?.hasPrefix("/desk/signin") == true)
    #expect(try stage.post("/desk/feedback/1/done", [], cookie: nil).status == 403)
  }

  // http-92
  @Test func aFaultShowsTheFormWithWhatWasTyped() throws {
    let stage = try Seed.stage()
    let answer = try send(stage, [("was", "  "), ("wo", "Seite \"A\""), ("mail", "kein")])
    #expect(answer.status == 422 && answer["Cache-Control"] == "no-store")
    #expect(answer.body.contains("Bitte beschreiben Sie das Hindernis."))
    #expect(answer.body.contains("Das ist keine E-Mail-Adresse"))
    #expect(answer.body.contains("value=\"Seite &quot;A&quot;\""))
    #expect(answer.body.contains("aria-describedby=\"was-fehler\""))
    let long = String(repeating: "x", count: Remark.maximumText + 1)
    #expect(try send(stage, [("was", long)]).status == 422)
  }

  // http-83
  @Test func programsAndOtherSitesLeaveNothing() throws {
    let stage = try Seed.stage()
    let trapped = try send(stage, [("was", "Kauft"), ("webseite", "https://kauft.example")])
    #expect(trapped.status == 303 && trapped["Location"] == "/barrierefreiheit/danke")
    #expect(try send(stage, [("was", "Fremd")], site: "cross-site").status == 403)
    let list = try stage.send(
      "GET", "/desk/feedback", ["Cookie": "vesthub=\(Stage.session)"])
    #expect(list.body.contains("Bisher ist nichts eingegangen"))
  }

  @Test func aTextBrowserThatTellsNoOriginIsHeard() throws {
    let stage = try Seed.stage()
    let answer = try stage.send(
      "POST", RemarkFormTests.path, ["Content-Type": "application/x-www-form-urlencoded"],
      body: "was=Ohne+Bilder+unbenutzbar")
    #expect(answer.status == 303)
  }

  // http-83
  @Test func aFloodIsAnsweredWithItsWords() throws {
    let stage = try Seed.stage()
    for number in 1...DeskStore.remarksPerHour {
      #expect(try send(stage, [("was", "Nummer \(number)")]).status == 303)
    }
    let answer = try send(stage, [("was", "Noch eins")])
    #expect(answer.status == 429 && answer["Retry-After"] == "3600")
    #expect(answer.body.contains("Noch eins</textarea>"))
  }

  @Test func aBodyBeyondTheLimitIsRefused() throws {
    let stage = try Seed.stage()
    let long = String(repeating: "x", count: RemarkForm.bodyBytes)
    #expect(try send(stage, [("was", long)]).status == 413)
  }
}
