// What the tests of the machine-readable outputs share: items with nasty texts, and ways to ask.

import Events
import HTTP
import Testing

@testable import Web

/// A catalogue whose texts try to break out of every format.
enum Nasty {
  static let project = ItemID("marl-nasty00001")!  // Valid by construction, as the others.
  static let news = ItemID("kreis-nasty0001")!
  static let date = ItemID("herten-nasty001")!

  /// Markup, quotes, separators, ends of sections, emoji, right to left, what spreadsheets run,
  /// what XML forbids, and both white characters that texts allow.
  static let text =
    "=1+1;\"a\",'b'\\n <b>&amp;</b> ]]> --> \u{1F600}\u{202E}abc\u{202C} שלום %0d%0a \u{FFFE}\u{FFFF}"
    + "\u{0301} e\u{0301} \u{2066}x\u{2069} </script><script>alert(1)</script>"
  /// 300 characters, as many as a title may have.
  static let title = String(
    (text + String(repeating: "Ä€😀", count: 300)).unicodeScalars.prefix(300))
  static let long = text + "\n\n-5 @x\n\t+1\n" + String(repeating: "ü", count: 500)

  static func write(on stage: Stage) throws {
    try stage.write(
      "marl", "project.created", project,
      [
        "title": .string(title), "summary": .string(text), "body": .string(long),
        "keywords": [.string(text), "=cmd", "ok"], "fieldsOfAction": ["klima"],
        "status": "running", "funding": .string("@\t" + text), "cost": "'quoted",
        "results": "", "contact": ["function": .string(text)],
        "partners": [["name": .string(text)]], "newField": ["a": [.string(text), .null]],
        "link/x": ["kind": "other", "label": .string(text), "url": "https://a.example/?a=1&b='2'"],
      ])
    try stage.write(
      "kreis", "news.created", news,
      [
        "title": .string(title), "summary": .string(text), "body": .string(long),
        "released": "2023-09-12T10:00", "subtitle": .string(text), "keywords": [.string(text)],
      ])
    try stage.write(
      "herten", "date.created", date,
      [
        "title": .string(title), "summary": .string(text), "body": .string(long),
        "when": [
          "allDay": true, "start": "2023-12-30", "end": "2024-01-01", "zone": "Europe/Berlin",
        ],
        "venue": [
          "name": .string(text), "town": .string(text), "lat": -5, "lon": 7_123_456,
        ],
        "keywords": [.string(text)], "organiser": .string(text),
        "programme": [["from": "10:00", "title": .string(text)]],
      ])
  }
}

extension Stage {
  /// Asks as above, and expects status 200.
  func body(_ target: String) throws -> String {
    let reply = try get(target)
    #expect(reply.status == 200, "\(target)")
    return reply.body
  }
}
