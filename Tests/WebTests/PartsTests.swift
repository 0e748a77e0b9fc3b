// Escaping, Markdown, dates, contexts: what pages rest on.

import Events
import Foundation
import Testing

@testable import Web

@Suite struct EscapingTests {
  @Test func everyInterpolatedTextIsEscaped() {
    let text = "<b a=\"x\" b='y'>&</b>"
    let page: HTML = "<p title=\"\(text)\">\(text)</p>"
    let escaped = "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;&lt;/b&gt;"
    #expect(page.text == "<p title=\"\(escaped)\">\(escaped)</p>")
  }

  @Test func markupInMarkupIsNotEscapedAgain() {
    let inner: HTML = "<i>\("&")</i>"
    #expect(
      ("<p>\(inner)\([inner, inner])</p>" as HTML).text == """
        <p><i>&amp;</i><i>&amp;</i><i>&amp;</i></p>
        """)
  }

  @Test func controlCharactersLeaveNoTrace() {
    #expect(("\("a\u{0}b\u{1b}c\td")" as HTML).text == "a\u{FFFD}b\u{FFFD}c\td")
  }

  @Test(arguments: [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//x.example", "/x", "",
    "https://", "https://a b.example", "https://user@x.example/", "https://x.example/\u{9}",
    " https://x.example", "vbscript:x", "https:\\\\x.example", "ftp://x.example",
  ])
  func onlyWebAddressesAreLinked(_ address: String) {
    #expect(WebAddress(address) == nil)
  }

  @Test func theHostIsShownWithoutItsCustomaryPrefix() {
    #expect(WebAddress("https://www.marl.de:443/a?b")?.host == "marl.de")
  }
}

@Suite struct MarkdownTests {
  @Test(arguments: [
    ("a\nb\n\nc", "<p>a<br>\nb</p>\n<p>c</p>\n"),
    ("## Titel\nText", "<h2>Titel</h2>\n<p>Text</p>\n"),
    ("- a\n- b\n\n- c", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ul>\n<li>c</li>\n</ul>\n"),
    ("**fett** und *kursiv*", "<p><strong>fett</strong> und <em>kursiv</em></p>\n"),
    ("2 * 3 * 4", "<p>2 * 3 * 4</p>\n"),
    ("**offen", "<p>**offen</p>\n"),
    ("# kein Titel", "<p># kein Titel</p>\n"),
    ("<script>", "<p>&lt;script&gt;</p>\n"),
    ("[x](javascript:y)", "<p>[x](javascript:y)</p>\n"),
    (
      "[x](https://x.example/?a=1&b=2)",
      "<p><a class=\"out\" href=\"https://x.example/?a=1&amp;b=2\" rel=\"nofollow noopener\">"
        + "x</a></p>\n"
    ),
    (
      "[<b>](https://x.example/\"onclick=)",
      "<p><a class=\"out\" href=\"https://x.example/&quot;onclick=\" rel=\"nofollow noopener\">"
        + "&lt;b&gt;</a></p>\n"
    ),
  ])
  func theSubsetRendersAs(_ text: String, _ html: String) {
    #expect(Markdown.render(text).text == html)
  }

  @Test func aHostileTextCostsNoMoreThanItsLength() {
    let clock = ContinuousClock()
    let long = String(repeating: "*a[", count: 20_000)
    #expect(clock.measure { _ = Markdown.render(long) } < .seconds(20))
  }
}

@Suite struct DatesTests {
  @Test(arguments: [
    ("2023-09-26T10:00", "2023-09-26T16:00", "Dienstag, 26. September 2023, 10 bis 16 Uhr"),
    ("2023-09-26T10:30", nil, "Dienstag, 26. September 2023, 10.30 Uhr"),
    ("2024-02-29", nil, "Donnerstag, 29. Februar 2024"),
    ("2024-12-31", "2025-01-01", "Dienstag, 31. Dezember 2024 bis Mittwoch, 1. Januar 2025"),
    (
      "2024-12-31T22:00", "2025-01-01T03:00",
      "Dienstag, 31. Dezember 2024, 22 Uhr bis Mittwoch, 1. Januar 2025, 3 Uhr"
    ),
  ])
  func spansReadAs(_ start: String, _ end: String?, _ text: String) {
    #expect(LocalTime(start)?.span(to: LocalTime(end)) == text)
  }

  @Test(arguments: [
    "2023-02-29", "2023-13-01", "2023-00-10", "2023-1-1", "2023-01-01T24:00", "2023-01-01T10:60",
    "2023-01-01 10:00", "2023-01-01T10:00:00", "gestern", "",
  ])
  func whatIsNoDayIsNotRead(_ text: String) {
    #expect(LocalTime(text) == nil)
  }

  @Test func theClockOfBerlinIsThatOfTheSystemsTimeZones() throws {
    let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    // Steps of 7 h 13 min over 30 years meet every hour and each change of the clocks.
    for step in 0..<36_000 {
      let seconds = 946_684_800 + step * 26_000
      let parts = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute], from: Date(timeIntervalSince1970: Double(seconds)))
      let local = BerlinTime.local(Timestamp(milliseconds: Int64(seconds) * 1_000))
      try #require(local.day.year == parts.year && local.day.month == parts.month)
      try #require(local.day.day == parts.day)
      let hour = try #require(parts.hour)
      try #require(local.minute == hour * 60 + (parts.minute ?? 0))
    }
  }
}

@Suite struct ContextTextTests {
  @Test(arguments: [
    "{\"also\":[],\"seen\":{}}", "{\"also\":[],\"seen\":{\"marl\":3}}",
    "{\"also\":[\"marl:5\",\"marl:7-9\"],\"seen\":{\"herten\":1,\"marl\":3}}",
  ])
  func aContextSurvivesItsText(_ text: String) {
    #expect(Context(text: text)?.text == text)
  }

  @Test(arguments: [
    "", "{}", "[]", "{\"seen\":[]}", "{\"seen\":{\"MARL\":1}}", "{\"seen\":{\"marl\":0}}",
    "{\"seen\":{\"marl\":-1}}", "{\"also\":[\"marl\"],\"seen\":{}}",
    "{\"also\":[\"marl:9-7\"],\"seen\":{}}", "{\"also\":[\"marl:1-99999999999\"],\"seen\":{}}",
    "{\"also\":[1],\"seen\":{}}", "{\"seen\":{},\"x\":1}", "{\"seen\":{} }",
  ])
  func whatIsNoContextIsNotRead(_ text: String) {
    #expect(Context(text: text) == nil)
  }
}
