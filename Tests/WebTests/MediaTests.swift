// Pictures and documents: from the editor's disk to the public page, and who gets to see them when.

import Catalogue
import Events
import Testing

@testable import Media
@testable import Web

@Suite struct MediaTests {
  private static let page = "/desk/items/\(Seed.waste)/media"
  private static let xss = "\"><script>alert(1)</script>"

  private func field(_ reply: Reply) throws -> String {
    let start = try #require(reply.body.firstRange(of: "name=\"f.media/"))
    return "media/" + reply.body[start.upperBound...].prefix { $0 != "." }
  }

  /// The form of a file with these texts.
  private func form(
    _ page: Reply, _ field: String, _ texts: KeyValuePairs<String, String>
  ) -> [(String, String)] {
    [
      ("token", page.hidden("token")), ("context", page.hidden("context")),
      ("f.\(field).sha256", page.hidden("f.\(field).sha256")),
    ] + texts.map { ("f.\(field).\($0.key)", $0.value) }
  }

  /// Uploads a file to the seed's project and gives the page that asks for its texts.
  private func uploaded(_ stage: Stage, _ file: [UInt8], name: String = "bild.png") throws -> Reply
  {
    let page = try stage.desk(Self.page)
    let answer = try stage.upload(
      file, name: name, token: page.hidden("token"), back: page.hidden("back"))
    #expect(answer.status == 303, "\(answer.body)")
    return try stage.desk(try #require(answer["Location"]))
  }

  // MARK: - Desk

  // http-80
  @Test func aPictureIsUploadedDescribedAndPublishedWithoutScripts() throws {
    let stage = try Seed.stage()
    let asked = try uploaded(stage, Files.png(text: "GPS 51.6"))
    let hash = try CleanMedia(Files.png()).facts.hash
    #expect(asked.status == 200 && asked.body.contains("1200 × 800 Pixel"))
    #expect(try stage.send("GET", "/medien/\(hash.hex)").status == 404, "no item names it yet")
    let field = try field(asked)
    let saved = try stage.post(
      Self.page,
      form(
        asked, field,
        [
          "alt": "Eine Tonne", "caption": "Die neue Tonne", "credit": "Foto: Stadt Marl",
          "licence": "cc-by/4.0", "consent": "1",
        ]))
    #expect(saved.status == 303 && saved["Location"] == Self.page)
    let value = try #require(try stage.state(Seed.waste).value(field))
    #expect(value["alt"] == "Eine Tonne" && value["consent"] == true)
    #expect(value["width"] == 1_200 && value["sha256"]?.text == hash.hex)
    let shown = try stage.get("/projekte/\(Seed.waste)").body
    #expect(
      shown.contains(
        "<img src=\"/medien/\(hash.hex)\" alt=\"Eine Tonne\" width=\"1200\" height=\"800\""))
    #expect(shown.contains("Die neue Tonne") && shown.contains("Foto: Stadt Marl"))
    #expect(try stage.send("GET", "/medien/\(hash.hex)").bytes == Files.png())
    #expect(try stage.get("/suche?q=neue+Tonne").body.contains("Abfall-App"))
    let data = try stage.get("/projekte/\(Seed.waste)/schema.jsonld").body
    #expect(
      data.contains("\"contentUrl\":\"https://vest.example//medien/\(hash.hex)\"")
        || data.contains("/medien/\(hash.hex)"))
  }

  @Test func withoutATextAPictureIsNotPublishedAndNothingTypedIsLost() throws {
    let stage = try Seed.stage()
    let asked = try uploaded(stage, Files.png())
    let field = try field(asked)
    let again = try stage.post(Self.page, form(asked, field, ["caption": "Die neue Tonne"]))
    #expect(again.status == 422 && again.body.contains("Was zeigt das Bild?"))
    #expect(again.body.contains("value=\"Die neue Tonne\""))
    #expect(again.body.contains("aria-invalid=\"true\""))
    let both = try stage.post(
      Self.page, form(asked, field, ["alt": "Eine Tonne", "decorative": "1"]))
    #expect(both.status == 422)
    let long = try stage.post(
      Self.page, form(asked, field, ["alt": String(repeating: "ä", count: 1_001)]))
    #expect(long.status == 422 && long.body.contains("höchstens 1000 Zeichen"))
    #expect(try stage.state(Seed.waste).value(field) == nil)
    let good = try stage.post(Self.page, form(again, field, ["decorative": "1"]))
    #expect(good.status == 303)
    #expect(try stage.get("/projekte/\(Seed.waste)").body.contains("alt=\"\" width"))
  }

  @Test func aDocumentNeedsANameAndIsADownload() throws {
    let stage = try Seed.stage()
    let asked = try uploaded(stage, Files.pdf(), name: "../../etc/passwd")
    let field = try field(asked)
    #expect(try stage.post(Self.page, form(asked, field, [:])).status == 422)
    let saved = try stage.post(Self.page, form(asked, field, ["label": "Satzung & \"Plan\""]))
    #expect(saved.status == 303)
    let hash = try CleanMedia(Files.pdf()).facts.hash.hex
    let shown = try stage.get("/projekte/\(Seed.waste)").body
    #expect(
      shown.contains("<a href=\"/medien/\(hash)\">Satzung &amp; &quot;Plan&quot;</a>")
        && shown.contains("(PDF, 1 KB)"))
    let file = try stage.send("GET", "/medien/\(hash)")
    #expect(file["Content-Type"] == "application/pdf")
    #expect(
      file["Content-Disposition"]
        == "attachment; filename*=UTF-8''Satzung%20%26%20%22Plan%22.pdf")
  }

  @Test func textsOfAFileStayTexts() throws {
    let stage = try Seed.stage()
    let asked = try uploaded(stage, Files.png())
    let field = try field(asked)
    let texts: KeyValuePairs = ["alt": Self.xss, "caption": Self.xss, "credit": Self.xss]
    #expect(try stage.post(Self.page, form(asked, field, texts)).status == 303)
    for target in ["/projekte/\(Seed.waste)", "/suche?q=alert"] {
      #expect(try !stage.get(target).body.contains("<script"))
    }
    #expect(try !stage.desk(Self.page).body.contains("<script"))
  }

  @Test func whatIsSaidOfAFileIsChangedAndTheFileTakenAway() throws {
    let stage = try Seed.stage()
    let media = try stage.keep(Files.png())
    try stage.write(
      "marl", "project.revised", Seed.waste,
      ["media/a": Files.value(media, ["alt": "Alt"]), "media/b": Files.value(media, ["alt": "B"])])
    let page = try stage.desk(Self.page)
    let saved = try stage.post(Self.page, form(page, "media/a", ["alt": "Neu"]))
    #expect(saved.status == 303)
    #expect(try stage.state(Seed.waste).value("media/a")?["alt"] == "Neu")
    let again = try stage.desk(Self.page)
    let gone = try stage.post(
      Self.page + "/remove",
      [
        ("token", again.hidden("token")), ("context", again.hidden("context")),
        ("field", "media/a"),
      ])
    #expect(gone.status == 303)
    #expect(try stage.state(Seed.waste).value("media/a") == nil)
    #expect(try stage.state(Seed.waste).value("media/b") != nil)
  }

  @Test func aFileThatIsOnItsWayCanBeDescribed() throws {
    let stage = try Seed.stage()
    let media = try CleanMedia(Files.png())
    try stage.write(
      "marl", "project.revised", Seed.waste, ["media/a": Files.value(media, ["alt": "Alt"])])
    let page = try stage.desk(Self.page)
    #expect(try stage.post(Self.page, form(page, "media/a", ["alt": "Neu"])).status == 303)
    let other = form(page, "media/b", ["alt": "x"]).map {
      $0.0.hasSuffix(".sha256") ? ($0.0, String(repeating: "0", count: 64)) : $0
    }
    #expect(try stage.post(Self.page, other).status == 404, "facts come from the node alone")
  }

  @Test func twoVersionsOfAPictureAreSettledLikeAnyField() throws {
    let stage = try Seed.stage()
    let media = try stage.keep(Files.png())
    let before = try stage.state(Seed.waste).screen
    try stage.write(
      "marl", "project.revised", Seed.waste, ["media/a": Files.value(media, ["alt": "Eins"])])
    try stage.write(
      "marl", "project.revised", Seed.waste, context: before,
      ["media/a": Files.value(media, ["alt": "Zwei"])])
    #expect(try stage.desk(Self.page).body.contains("zwei Fassungen"))
    let settle = try stage.desk("/desk/items/\(Seed.waste)/settle").body
    #expect(settle.contains("Eins") && settle.contains("Zwei") && settle.contains("/desk/media/"))
  }

  @Test func filesOfTheCatalogueAreOfferedButNothingUnreleasedOfOthers() throws {
    let stage = try Seed.stage()
    let shown = try stage.keep(Files.png())
    let secret = try stage.keep(Files.png(width: 1_201))
    try stage.write(
      "gladbeck", "project.revised", Seed.onleihe,
      ["media/a": Files.value(shown, ["alt": "Bücherwand", "credit": "Foto: Gladbeck"])])
    let later = try #require(ItemID("herten-geheim001"))
    try stage.write(
      "herten", "news.created", later,
      [
        "title": "Geheim", "released": "2023-09-20",
        "media/a": Files.value(secret, ["alt": "Geheimes Bild"]),
      ])
    let page = try stage.desk(Self.page).body
    #expect(page.contains("Bücherwand") && !page.contains("Geheim"))
    let start = try #require(page.firstRange(of: "href=\"\(Self.page)/new?"))
    let query = Reply.unescaped(String(page[start.upperBound...].prefix { $0 != "\"" }))
    let asked = try stage.desk("\(Self.page)/new?\(query)")
    #expect(asked.body.contains("value=\"Foto: Gladbeck\""), "who made it is told again")
  }

  @Test func aScriptGetsFactsAndMessagesAsJSON() throws {
    let stage = try Seed.stage()
    let token = try stage.desk(Self.page).hidden("token")
    let headers: KeyValuePairs = [
      "Cookie": "vesthub=\(Stage.session)", "Sec-Fetch-Site": "same-origin",
      "Accept": "application/json",
    ]
    let answer = try stage.upload(Files.png(), token: token, headers: headers)
    let hash = try CleanMedia(Files.png()).facts.hash.hex
    #expect(answer.status == 201)
    #expect(
      answer.body
        == "{\"bytes\":\(Files.png().count),\"height\":800,\"sha256\":\"\(hash)\",\"type\":\"image/png\",\"width\":1200}"
    )
    let refused = try stage.upload(Array("<html>".utf8), token: token, headers: headers)
    #expect(refused.status == 422 && refused.body.contains("\"message\""))
  }

  // MARK: - Refused uploads

  @Test(arguments: [
    ("<svg onload=alert(1)>", "weder ein Bild"), ("GIF89a<script>", "weder ein Bild"),
    ("", "weder ein Bild"), ("%PDF-1.7 <script>", "beschädigt"),
    ("RIFF\u{4}\u{0}\u{0}\u{0}WEBP", "beschädigt"),
  ])
  func whatIsNoFileOfATypeIsRefusedInWords(_ text: String, _ words: String) throws {
    let stage = try Seed.stage()
    let page = try stage.desk(Self.page)
    let answer = try stage.upload(
      Array(text.utf8), token: page.hidden("token"), back: page.hidden("back"))
    #expect(answer.status == 422 && answer.body.contains(words), "\(answer.body)")
    #expect(answer.body.contains("href=\"\(Self.page)\""))
  }

  @Test func aBombIsRefusedInWords() throws {
    let stage = try Seed.stage()
    let page = try stage.desk(Self.page)
    let answer = try stage.upload(
      Files.png(width: 16_000, height: 16_000), token: page.hidden("token"))
    #expect(answer.status == 422 && answer.body.contains("16000 × 16000 Pixel"))
  }

  @Test(arguments: ["https://boese.example/", "//boese.example", "/desk/../x?y", "/projekte"])
  func anUploadLeadsNowhereElse(_ back: String) throws {
    let stage = try Seed.stage()
    let token = try stage.desk(Self.page).hidden("token")
    let answer = try stage.upload(Files.png(), token: token, back: back)
    #expect(answer["Location"] == nil)
  }

  // http-81
  @Test func nobodyElseUploads() throws {
    let stage = try Seed.stage()
    let token = try stage.desk(Self.page).hidden("token")
    let hash = try CleanMedia(Files.png()).facts.hash
    let signedIn = ("Cookie", "vesthub=\(Stage.session)")
    for headers: KeyValuePairs in [
      ["Sec-Fetch-Site": "same-origin"], [signedIn.0: signedIn.1, "Sec-Fetch-Site": "cross-site"],
      [signedIn.0: signedIn.1],
    ] {
      #expect(try stage.upload(Files.png(), token: token, headers: headers).status == 403)
    }
    #expect(try stage.upload(Files.png(), token: "falsch").status == 403)
    #expect(!stage.media.holds(hash))
    let large = [UInt8](repeating: 0, count: 1_100_000)
    let stranger = try stage.upload(
      large, token: token, headers: ["Sec-Fetch-Site": "same-origin"])
    #expect(stranger.status == 413, "a stranger's large body is not read")
    #expect(try stage.upload(large, token: token).status == 422)
  }

  @Test func theDeskShowsFilesToEditorsOnly() throws {
    let stage = try Seed.stage()
    let hash = try stage.keep(Files.png()).facts.hash.hex
    #expect(try stage.send("GET", "/desk/media/\(hash)").status == 303)
    let file = try stage.send(
      "GET", "/desk/media/\(hash)", ["Cookie": "vesthub=\(Stage.session)"])
    #expect(file.status == 200 && file.bytes == Files.png())
    #expect(file["Cache-Control"] == "no-store")
    #expect(file["Content-Security-Policy"] == MediaSite.policy)
  }
}
