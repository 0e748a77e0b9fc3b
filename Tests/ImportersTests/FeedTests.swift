// RSS and Atom: what becomes of the words of a feed, and what is refused.

import Catalogue
import Events
import Testing

@testable import Importers

@Suite struct FeedTests {
  // import-11, import-12
  @Test func anEntryOfRSSBecomesANews() throws {
    let content = try read(Samples.rss)
    #expect(content.format == .rss && !content.isWhole && content.skipped.isEmpty)
    let entry = try #require(content.entries.first)
    #expect(entry.id == "au-2" && entry.kind == .news && entry.notes.isEmpty)
    #expect(entry.fields["title"] == "Neue Pegel & Messer")
    #expect(entry.fields["released"] == "2023-09-12T10:00")
    #expect(entry.fields["summary"] == "Am Bach misst nun die Stadt.")
    #expect(entry.fields["keywords"] == ["Klima"])
    #expect(
      entry.fields["link/quelle"]
        == ["kind": "other", "label": "Zur Meldung", "url": "https://www.au.example/pegel"])
    #expect(entry.fields["contact"] == nil, "who wrote it is nobody's business")
  }

  // import-13
  @Test func htmlBecomesTheSubsetAndNothingElse() throws {
    let entry = try #require(try read(Samples.rss).entries.first)
    #expect(
      entry.fields["body"]?.text == """
        ## Warum

        Am Bach misst die **Stadt**, siehe [Karte](https://www.au.example/bach) und alt.

        - Pegel
        - Regen
        """)
  }

  @Test func anEntryWithoutGuidIsNamedByItsLink() throws {
    let entry = try #require(try read(Samples.rss).entries.last)
    #expect(entry.id == "https://www.au.example/markt")
    #expect(entry.fields["released"] == "2023-09-11", "midnight is a day")
    #expect(entry.fields["body"] == nil, "one text is not told twice")
  }

  // import-11
  @Test func anEntryOfAtomKeepsLinksAndTellsWhatIsGone() throws {
    let content = try read(Samples.atom)
    let entry = try #require(content.entries.first)
    #expect(entry.id == "urn:x:1" && entry.fields["title"] == "Ein Titel")
    #expect(entry.fields["released"] == "2023-09-12T10:00", "when it was published, not changed")
    #expect(entry.fields["summary"] == "Kurz & gut")
    #expect(
      entry.fields["body"] == "Mit [Link](https://www.au.example/a?b=1&c=2) & mehr.")
    #expect(entry.fields["link/quelle"]?["url"] == "https://www.au.example/eins")
    #expect(entry.fields["keywords"] == ["Klima"])
    #expect(content.tombstones == ["urn:x:0": "War falsch"])
  }

  // import-2
  @Test(arguments: [
    "<!DOCTYPE rss [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;\">]><rss><channel>&b;</channel></rss>",
    "<?xml version=\"1.0\"?><!-- x --><!DOCTYPE rss SYSTEM \"file:///etc/passwd\"><rss/>",
    " \n<!DOCTYPE rss [<!ENTITY x SYSTEM \"https://a.example/\">]><rss>&x;</rss>",
    "<?a?><!doctype rss><rss/>",
  ])
  func aDocumentTypeIsRefused(text: String) {
    #expect(throws: ImportError.documentType) { try read(text, format: .rss) }
  }

  // import-2
  @Test func anotherEncodingHidesNoDocumentType() throws {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>"
    let bytes = utf16(text)
    #expect(throws: ImportError.documentType) { try SourceReader(format: .rss).read(bytes) }
    // UTF-7 is decoded by nobody: what is not ASCII markup is text.
    let seven = "<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADwAIQ-DOCTYPE rss+AD4-<rss/>"
    #expect(throws: ImportError.self) { try read(seven, format: .rss) }
  }

  // import-2
  @Test func anEntityThatIsNotDeclaredIsNone() {
    #expect(throws: ImportError.malformed(format: "XML", line: 1, what: "not well-formed")) {
      try read("<rss><channel><item><title>&bombe;</title></item></channel></rss>")
    }
  }

  // import-1
  @Test func depthSizeAndCountHaveBounds() {
    let deep = "<rss>" + String(repeating: "<a>", count: 70)
    #expect(throws: ImportError.tooDeep(format: "XML", limit: 64)) { try read(deep) }
    #expect(throws: ImportError.tooLarge(limit: ImportLimits.sourceBytes)) {
      try SourceReader(format: .rss).read(
        [UInt8](repeating: 0x20, count: ImportLimits.sourceBytes + 1))
    }
    let many = "<rss>" + String(repeating: "<item/>", count: ImportLimits.entries + 2) + "</rss>"
    #expect(throws: ImportError.tooManyEntries(limit: ImportLimits.entries)) { try read(many) }
  }

  // import-3
  @Test(arguments: ["<rss><channel>", "<html><body/></html>", "<rss></feed>", "", "<rss"])
  func whatIsNoFeedIsRefusedWhole(text: String) {
    #expect(throws: ImportError.self) { try read(text, format: .rss) }
  }

  @Test func aFeedInLatinIsRead() throws {
    let head = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss><channel><item>"
    let bytes =
      Array((head + "<guid>1</guid><title>M").utf8) + [0xfc]
      + Array("ll \u{2013}</title></item></channel></rss>".utf8.filter { $0 < 0x80 })
    let content = try SourceReader().read(bytes)
    #expect(content.entries.first?.title == "Müll")
  }

  @Test func aLongTitleIsCutBetweenWordsWithANote() throws {
    let title = String(repeating: "Langes Wort ", count: 40)
    let entry = try #require(
      try read("<rss><channel><item><guid>1</guid><title>\(title)</title></item></channel></rss>")
        .entries.first)
    let cut = try #require(entry.fields["title"]?.text)
    #expect(cut.unicodeScalars.count <= 300 && cut.hasSuffix(" …") && entry.notes.count == 1)
  }

  // import-4
  @Test func anEntryWithoutTitleOrIDIsSkippedAndTold() throws {
    let text = """
      <rss><channel><item><guid>1</guid></item><item><title>x</title></item>
      <item><guid>2</guid><title>a</title></item><item><guid>2</guid><title>b</title></item>
      </channel></rss>
      """
    let content = try read(text)
    #expect(content.entries.map(\.title) == ["a"])
    #expect(content.skipped.map(\.id) == ["1", nil, "2"])
  }

  @Test func feedsGiveNoDates() {
    #expect(throws: ImportError.wrongKind(format: "RSS", kind: "date", takes: "news or project")) {
      try read(Samples.rss, kind: .date)
    }
  }

  // import-24
  @Test func aFeedIsAWindowOnlyIfItsOrderTellsSo() throws {
    #expect(try read(Samples.feed(["b": "2023-09-12", "a": "2023-09-11"])).oldest != nil)
    #expect(try read(Samples.feed(["a": "2023-09-11", "b": "2023-09-12"])).oldest == nil)
    #expect(try read(Samples.atom).oldest == nil, "an entry was changed later")
  }
}

@Suite struct HTMLTests {
  // import-13
  @Test(arguments: [
    ("<p>a</p><p>b</p>", "a\n\nb"),
    ("a<br/>b<br>c", "a\nb\nc"),
    ("<ul><li><p>x</p></li><li>y</li></ul>z", "- x\n- y\n\nz"),
    ("<h3>Kopf</h3>Text", "## Kopf\n\nText"),
    ("<b> fett </b>und <em>kursiv</em>.", "**fett** und *kursiv*."),
    ("<b>a<br>b</b>", "**a**\n**b**"),
    ("<b></b>x<i> </i>y", "x y"),
    ("<b>5*3</b>", "5*3"),
    ("<a href='https://a.example/x_(y)'>[1]</a>", "[(1)](https://a.example/x_%28y%29)"),
    ("<a href=\"javascript:alert(1)\">x</a>", "x"),
    ("<a href=\"http://a.example/\">x</a> <a>y</a> <a href>z</a>", "x y z"),
    ("<a href=\"https://a.example/\"></a>x", "x"),
    ("[x](javascript:alert(1)) ](y", "[x] (javascript:alert(1)) ] (y"),
    ("a<script>b</script><style>c</style>d<!-- e -->f", "adf"),
    (
      "1 &lt; 2 &amp;&amp; 3 &gt; 2 &auml;&#228;&#xE4;&#150;&unbekannt;",
      "1 < 2 && 3 > 2 äää–&unbekannt;"
    ),
    ("1 < 2 und <3", "1 < 2 und <3"),
    ("<p title=\"a>b\">x</p>", "x"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
    ("<script>nie zu", ""),
    ("<!-- nie zu", ""),
    ("x&nbsp;y\u{7}\u{ad}z", "x yz"),
    ("<img src=x onerror=alert(1)>Bild", "Bild"),
  ])
  func htmlIsRead(html: String, markdown: String) {
    let text = HTMLText(html).markdown
    #expect(text == markdown)
    #expect(FieldRules.accept(.string(text), in: "body", of: .news))
  }

  // import-13
  @Test func deepMarkupCostsNoStack() {
    let html = String(repeating: "<div><b>", count: 20_000) + "x"
    #expect(HTMLText(html).markdown == "**x**")
  }

  // import-13
  @Test(arguments: [
    ("<a ", "a", 100_000), ("", "<a href=\"", 9_999), ("", "<a b='c=\"", 9_999),
    ("", "&", 100_000), ("<!--", "-", 100_000), ("", "<script>", 9_999), ("", "<p ", 30_000),
    ("", "](", 50_000), ("<p class=\"", "x", 100_000),
  ])
  func markupThatDoesNotEndCostsLittle(start: String, piece: String, count: Int) {
    let begun = ContinuousClock.now
    let text = HTMLText(start + String(repeating: piece, count: count)).markdown
    #expect(FieldRules.accept(.string(text), in: "body", of: .news))
    // A search that began anew at each place would take minutes.
    #expect(begun.duration(to: .now) < .seconds(30))
  }

  @Test func attributesAreReadAsBrowsersDo() {
    var scanner = HTMLScanner("<a/ x = 'a>b' href=\"1&amp;2\" y=z HREF=3 disabled = >")
    #expect(
      scanner.next()
        == .open("a", ["x": "a>b", "href": "1&2", "y": "z", "disabled": ""]))
  }

  @Test func aTextThatIsTooLongIsLeftOutWithANote() throws {
    let long = String(repeating: "x", count: ImportLimits.textBytes + 1)
    let text =
      "<rss><channel><item><guid>1</guid><title>a</title><description>\(long)"
      + "</description></item></channel></rss>"
    let entry = try #require(try read(text).entries.first)
    #expect(entry.fields["summary"] == nil && entry.notes.count == 1)
  }

  @Test func plainTextIsNotTakenForHTML() {
    #expect(!HTMLText.isHTML("a < b und c > d"))
    #expect(HTMLText.isHTML("a<br>b") && HTMLText.isHTML("<p class=\"x\">b"))
  }
}

@Suite struct ClockTests {
  // import-10
  @Test(arguments: [
    ("Tue, 12 Sep 2023 10:00:00 +0200", "2023-09-12T10:00"),
    ("12 Sep 2023 08:00 GMT", "2023-09-12T10:00"),
    ("Sun, 01 Jan 23 12:00:00 MEZ", "2023-01-01T12:00"),
    ("Tue, 12 Sep 2023 22:30:00 Z", "2023-09-13T00:30"),
    ("2023-09-12T10:00:00+02:00", "2023-09-12T10:00"),
    ("2023-12-12T09:00:00.5Z", "2023-12-12T10:00"),
    ("2023-09-12 10:00", "2023-09-12T10:00"), ("2023-09-12", "2023-09-12"),
    ("Sun, 26 Mar 2023 01:30:00 GMT", "2023-03-26T03:30"),
    ("gestern", nil), ("2023-13-01", nil), ("32 Sep 2023 10:00 GMT", nil),
    ("12 Sep 2023 10:00 XYZ", nil),
  ])
  func timesBecomeLocal(text: String, local: String?) {
    #expect(SourceClock.local(text) == local)
  }
}
