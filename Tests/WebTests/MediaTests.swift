// Pictures and documents: from the editor's disk to the public page, and who gets to see them when.

import Catalogue
import Desk
import Events
import Testing

@testable import Media
@testable import Web

@Suite struct MediaTests {
  private static let edit = "/desk/items/\(Seed.waste)/edit"
  private static let xss = "\"><script>alert(1)</script>"

  /// The name of the file's field on a page that asks what is to be said of it.
  private func field(_ page: Reply) throws -> String {
    let start = try #require(page.body.firstRange(of: "name=\"f.media/"))
    return "media/" + page.body[start.upperBound...].prefix { $0 != "." }
  }

  /// The inputs of a page's file with these texts.
  private func form(
    _ page: Reply, _ texts: KeyValuePairs<String, String>
  ) throws -> [(String, String)] {
    let field = try field(page)
    let names = texts.map(\.key)
    return page.form([:]).filter { pair in
      pair.0 == "token" || !names.contains { pair.0 == "f.\(field).\($0)" }
    } + texts.map { ("f.\(field).\($0.key)", $0.value) }
  }

  /// Uploads a file into a draft and gives the page that asks for its texts.
  private func uploaded(
    _ stage: Stage, _ draft: String, _ file: [UInt8], name: String = "bild.png"
  ) throws -> Reply {
    let page = try stage.desk("\(draft)/media")
    let answer = try stage.upload(
      file, name: name, token: page.hidden("token"), back: page.hidden("back"))
    #expect(answer.status == 303, "\(answer.body)")
    return try stage.desk(try #require(answer["Location"]))
  }

  /// A draft of the seed's project with a file in it.
  private func draft(
    _ stage: Stage, _ file: [UInt8], _ texts: KeyValuePairs<String, String>
  ) throws -> (draft: String, field: String) {
    let draft = try stage.begin(Self.edit)
    let asked = try uploaded(stage, draft, file)
    let added = try stage.post("\(draft)/media", form(asked, texts))
    #expect(added.status == 303 && added["Location"] == "\(draft)?ok=1", "\(added.body)")
    return (draft, try field(asked))
  }

  // MARK: - Desk

  // http-80
  @Test func aPictureIsUploadedDescribedAndReleasedWithoutScripts() throws {
    let stage = try Seed.stage()
    let hash = try CleanMedia(Files.png()).facts.hash
    let draft = try stage.begin(Self.edit)
    let way = try stage.type(draft, ["f.title.v": "Getippt"], then: "media")
    #expect(way["Location"] == "\(draft)/media", "what was typed is kept on the way")
    let asked = try uploaded(stage, draft, Files.png(text: "GPS 51.6"))
    #expect(asked.status == 200 && asked.body.contains("1200 × 800 Pixel"))
    let field = try field(asked)
    let added = try stage.post(
      "\(draft)/media",
      form(
        asked,
        [
          "alt": "Eine Tonne", "caption": "Die neue Tonne", "credit": "Foto: Stadt Marl",
          "licence": "cc-by/4.0", "consent": "1",
        ]))
    #expect(added.status == 303)
    let preview = try stage.desk("\(draft)/preview")
    #expect(preview.body.contains("<img src=\"/desk/media/\(hash.hex)\" alt=\"Eine Tonne\""))
    #expect(try stage.send("GET", "/medien/\(hash.hex)").status == 404, "a draft leaks nothing")
    #expect(try stage.type(draft, [:]).status == 303)
    let state = try stage.state(Seed.waste)
    let value = try #require(state.value(field))
    #expect(state.title == "Getippt")
    #expect(value["alt"] == "Eine Tonne" && value["consent"] == true)
    #expect(value["width"] == 1_200 && value["sha256"]?.text == hash.hex)
    let shown = try stage.get("/projekte/\(Seed.waste)").body
    #expect(
      shown.contains(
        "<img src=\"/medien/\(hash.hex)\" alt=\"Eine Tonne\" width=\"1200\" height=\"800\""))
    #expect(shown.contains("Die neue Tonne") && shown.contains("Foto: Stadt Marl"))
    #expect(try stage.send("GET", "/medien/\(hash.hex)").bytes == Files.png())
    #expect(try stage.get("/suche?q=neue+Tonne").body.contains("Getippt".prefix(3)))
    let data = try stage.get("/projekte/\(Seed.waste)/schema.jsonld").body
    #expect(data.contains("\"@type\":\"ImageObject\"") && data.contains("/medien/\(hash.hex)"))
  }

  @Test func withoutATextAPictureIsNotTakenAndNothingTypedIsLost() throws {
    let stage = try Seed.stage()
    let draft = try stage.begin(Self.edit)
    let asked = try uploaded(stage, draft, Files.png())
    let again = try stage.post("\(draft)/media", form(asked, ["caption": "Die neue Tonne"]))
    #expect(again.status == 422 && again.body.contains("Ein Bild braucht entweder"))
    #expect(again.body.contains("value=\"Die neue Tonne\""))
    #expect(again.body.contains("aria-invalid=\"true\""))
    for texts: KeyValuePairs in [
      ["alt": "Eine Tonne", "decorative": "1"], ["alt": String(repeating: "ä", count: 1_001)],
    ] {
      #expect(try stage.post("\(draft)/media", form(asked, texts)).status == 422)
    }
    #expect(try stage.drafts()[0].inputs.keys.allSatisfy { !$0.contains("media/") })
    let good = try stage.post("\(draft)/media", form(again, ["decorative": "1"]))
    #expect(good.status == 303)
    #expect(try stage.type(draft, [:]).status == 303)
    #expect(try stage.get("/projekte/\(Seed.waste)").body.contains("alt=\"\" width"))
  }

  @Test func aTextThatWasTakenOutOfTheDraftAgainStopsItsRelease() throws {
    let stage = try Seed.stage()
    let (draft, field) = try draft(stage, Files.png(), ["alt": "Eine Tonne"])
    let page = try stage.desk(draft)
    let pairs = page.form([:]).filter { $0.0 != "f.\(field).alt" } + [("f.\(field).alt", "")]
    let answer = try stage.post(draft, pairs + [("do", "release")])
    #expect(answer.status == 422 && answer.body.contains("Ein Bild braucht entweder"))
    #expect(try stage.state(Seed.waste).value(field) == nil)
  }

  @Test func aDocumentNeedsANameAndIsADownload() throws {
    let stage = try Seed.stage()
    let draft = try stage.begin(Self.edit)
    let asked = try uploaded(stage, draft, Files.pdf(), name: "../../etc/passwd")
    #expect(try stage.post("\(draft)/media", form(asked, [:])).status == 422)
    let added = try stage.post(
      "\(draft)/media", form(asked, ["label": "Satzung & \"Plan\""]))
    #expect(added.status == 303)
    #expect(try stage.type(draft, [:]).status == 303)
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
    let (draft, _) = try draft(
      stage, Files.png(), ["alt": Self.xss, "caption": Self.xss, "credit": Self.xss])
    for page in [draft, "\(draft)/preview"] {
      #expect(try !stage.desk(page).body.contains("<script>alert"))
    }
    #expect(try stage.type(draft, [:]).status == 303)
    for target in ["/projekte/\(Seed.waste)", "/suche?q=alert"] {
      #expect(try !stage.get(target).body.contains("<script"))
    }
    #expect(try !stage.desk("\(draft)/media").body.contains("<script>alert"))
  }

  @Test func whatIsSaidOfAFileIsChangedAndTheFileTakenOff() throws {
    let stage = try Seed.stage()
    // On its way from another node: what is said of it can be changed already.
    let media = try CleanMedia(Files.png())
    try stage.write(
      "marl", "project.revised", Seed.waste,
      ["media/a": Files.value(media, ["alt": "Alt"]), "media/b": Files.value(media, ["alt": "B"])])
    let draft = try stage.begin(Self.edit)
    #expect(try stage.type(draft, ["f.media/a.alt": "Neu"]).status == 303)
    #expect(try stage.state(Seed.waste).value("media/a")?["alt"] == "Neu")
    #expect(try stage.state(Seed.waste).value("media/a")?["width"] == 1_200)
    let next = try stage.begin(Self.edit)
    #expect(try stage.type(next, ["f.media/a.remove": "1"]).status == 303)
    #expect(try stage.state(Seed.waste).value("media/a") == nil)
    #expect(try stage.state(Seed.waste).value("media/b") != nil)
    let last = try stage.begin(Self.edit)
    #expect(try !stage.desk(last).body.contains("f.media/a."))
  }

  @Test func aFileThatIsTakenOffADraftAgainLeavesNoTrace() throws {
    let stage = try Seed.stage()
    let (draft, field) = try draft(stage, Files.png(), ["alt": "Eine Tonne"])
    _ = try stage.type(draft, ["f.\(field).remove": "1", "f.title.v": "Anders"])
    let state = try stage.state(Seed.waste)
    #expect(state.title == "Anders" && state.survivors(field).isEmpty)
  }

  @Test func whatIsKnownOfAFileComesFromTheNodeAlone() throws {
    let stage = try Seed.stage()
    let draft = try stage.begin(Self.edit)
    let asked = try uploaded(stage, draft, Files.png())
    let field = try field(asked)
    let hash = try CleanMedia(Files.png()).facts.hash.hex
    for (facts, status) in [
      ("\(hash) image/png 9 1 1", 303),
      ("\(String(repeating: "0", count: 64)) image/png 9 1 1", 404), ("", 404),
    ] {
      let pairs = try form(asked, ["alt": "x"]).filter { $0.0 != "f.\(field).file" }
      let answer = try stage.post("\(draft)/media", pairs + [("f.\(field).file", facts)])
      #expect(answer.status == status, "\(facts)")
    }
    let held = try stage.drafts()[0].inputs["f.\(field).file"]
    #expect(held == ["\(hash) image/png \(Files.png().count) 1200 800"])
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
    let draft = try stage.begin(Self.edit)
    let page = try stage.desk("\(draft)/media").body
    #expect(page.contains("Bücherwand") && !page.contains("Geheim"))
    let start = try #require(page.firstRange(of: "href=\"\(draft)/media?"))
    let query = Reply.unescaped(String(page[start.upperBound...].prefix { $0 != "\"" }))
    let asked = try stage.desk("\(draft)/media?\(query)")
    #expect(asked.body.contains("value=\"Foto: Gladbeck\""), "who made it is told again")
    #expect(try stage.post("\(draft)/media", form(asked, [:])).status == 303)
  }

  @Test func aScriptGetsFactsAndMessagesAsJSON() throws {
    let stage = try Seed.stage()
    let token = try stage.desk("/desk").hidden("token")
    let headers: KeyValuePairs = [
      "Cookie": "vesthub=\(Stage.session)", "Sec-Fetch-Site": "same-origin",
      "Accept": "application/json",
    ]
    let answer = try stage.upload(Files.png(), token: token, headers: headers)
    let hash = try CleanMedia(Files.png()).facts.hash.hex
    #expect(answer.status == 201)
    let facts = "\"sha256\":\"\(hash)\",\"type\":\"image/png\",\"width\":1200"
    #expect(answer.body == "{\"bytes\":\(Files.png().count),\"height\":800,\(facts)}")
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
    let page = try stage.desk(try stage.begin(Self.edit) + "/media")
    let answer = try stage.upload(
      Array(text.utf8), token: page.hidden("token"), back: page.hidden("back"))
    #expect(answer.status == 422 && answer.body.contains(words), "\(answer.body)")
    #expect(answer.body.contains("href=\"\(page.hidden("back"))\""))
  }

  @Test func aBombIsRefusedInWords() throws {
    let stage = try Seed.stage()
    let page = try stage.desk("/desk")
    let answer = try stage.upload(
      Files.png(width: 16_000, height: 16_000), token: page.hidden("token"))
    #expect(answer.status == 422 && answer.body.contains("16000 × 16000 Pixel"))
  }

  @Test(arguments: ["https://boese.example/", "//boese.example", "/desk/../x?y", "/projekte"])
  func anUploadLeadsNowhereElse(_ back: String) throws {
    let stage = try Seed.stage()
    let token = try stage.desk("/desk").hidden("token")
    let answer = try stage.upload(Files.png(), token: token, back: back)
    #expect(answer["Location"] == nil)
  }

  // http-81
  @Test func nobodyElseUploads() throws {
    let stage = try Seed.stage()
    let token = try stage.desk("/desk").hidden("token")
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
