// Moments and names: what is one, what is none.

import Events
import Foundation
import Testing

struct TimestampTests {
  @Test func everyDayUntilTheYear2500IsReadBack() {
    var days = 0
    for day in Int64(0)..<193_500 {
      let time = Timestamp(milliseconds: day * 86_400_000 + day % 86_400_000)
      if Timestamp(time.description) == time { days += 1 }
    }
    #expect(days == 193_500)
  }

  @Test func momentsAreThoseOfFoundationsCalendar() throws {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    var random = Seeded(3)
    for _ in 0..<2_000 {
      let seconds = Int64.random(in: 0...253_402_300_799, using: &random)
      let date = Date(timeIntervalSince1970: Double(seconds))
      #expect(Timestamp(milliseconds: seconds * 1_000).description == date.formatted(style))
    }
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00.000Z", 0), ("2000-02-29T00:00:00.000Z", 951_782_400_000),
    ("2024-02-29T23:59:59.999Z", 1_709_251_199_999),
    ("9999-12-31T23:59:59.999Z", Timestamp.maximumMilliseconds),
  ])
  func knownMomentsAreRead(text: String, milliseconds: Int64) {
    #expect(Timestamp(text)?.milliseconds == milliseconds)
    #expect(Timestamp(milliseconds: milliseconds).description == text)
  }

  @Test(arguments: [
    "", "2026-11-21T10:15:30Z", "2026-11-21T10:15:30.1234Z", "2026-11-21t10:15:30.123Z",
    "2026-11-21 10:15:30.123Z", "2026-11-21T10:15:30.123z", "2026-11-21T10:15:30,123Z",
    "2026-02-29T00:00:00.000Z", "2100-02-29T00:00:00.000Z", "2026-04-31T00:00:00.000Z",
    "2026-00-10T00:00:00.000Z", "2026-13-10T00:00:00.000Z", "2026-01-00T00:00:00.000Z",
    "2026-01-32T00:00:00.000Z", "2026-01-01T24:00:00.000Z", "2026-01-01T00:60:00.000Z",
    "2016-12-31T23:59:60.000Z", "1969-12-31T23:59:59.999Z", "2026-11-21T10:15:30.-12Z",
    "+026-11-21T10:15:30.123Z", "2026-11-21T10:15:30.123Z ",
  ])
  func anyOtherFormIsRefused(text: String) { #expect(Timestamp(text) == nil) }

  @Test func momentsBeyondTheTextAreClamped() {
    #expect(Timestamp(milliseconds: -1).milliseconds == 0)
    #expect(Timestamp(milliseconds: .max).description == "9999-12-31T23:59:59.999Z")
    let now = Timestamp(milliseconds: 5)
    #expect(now.advanced(milliseconds: .max).milliseconds == Timestamp.maximumMilliseconds)
    #expect(now.advanced(milliseconds: .min).milliseconds == 0)
    #expect(now.advanced(milliseconds: -2).milliseconds == 3)
  }
}

struct IdentifierTests {
  @Test(arguments: ["a", "herten", "castrop-rauxel", "oer-erkenschwick", "0", "a--b"])
  func sitesAreReadBack(text: String) {
    #expect(SiteID(text)?.description == text)
    #expect(SiteID(text).map { $0.utf8 } == Array(text.utf8))
  }

  @Test(arguments: [
    "", "-a", "a-", "Herten", "a_b", "a b", "a.b", "ä", "a\0", "abcdefghijklmnopq",
  ])
  func otherTextsAreNoSites(text: String) { #expect(SiteID(text) == nil) }

  @Test func sitesAreOrderedByTheirBytes() {
    let names = ["a", "a-b", "a0", "aa", "abcdefgh", "abcdefgha", "abcdefghb", "b", "oer", "z9"]
    for first in names {
      for second in names {
        let byName = Array(first.utf8).lexicographicallyPrecedes(Array(second.utf8))
        #expect((SiteID(stringLiteral: first) < SiteID(stringLiteral: second)) == byName)
      }
    }
  }

  @Test(arguments: ["herten:1", "oer-erkenschwick:9007199254740991"])
  func dotsAreReadBack(text: String) { #expect(Dot(text)?.description == text) }

  @Test(arguments: [
    "", "herten", "herten:", ":1", "herten:0", "herten:01", "herten:+1", "herten:-1", "herten:1:2",
    "herten:1 ", "herten:9007199254740992", "herten:18446744073709551616", "Herten:1",
  ])
  func otherTextsAreNoDots(text: String) { #expect(Dot(text) == nil) }

  @Test func anItemBelongsToTheSiteInItsName() throws {
    let item = try #require(ItemID("castrop-rauxel-k3v9x2q7"))
    #expect(item.site == "castrop-rauxel")
  }

  @Test(arguments: [
    "", "herten", "herten-k3v9x2q", "herten-k3v9x2q7k3v9x2q7a", "-k3v9x2q7", "herten-K3v9x2q7",
    "herten--k3v9x2q7", "herten_k3v9x2q7", "abcdefghijklmnopq-k3v9x2q7", "k3v9x2q7",
  ])
  func otherTextsAreNoItems(text: String) { #expect(ItemID(text) == nil) }

  @Test func aNewItemIsReadBack() {
    var random = Seeded(5)
    for _ in 0..<200 {
      let item = ItemID(at: "oer-erkenschwick", using: &random)
      #expect(ItemID(item.description) == item)
      #expect(item.site == "oer-erkenschwick")
    }
  }

  @Test(arguments: [
    ("title", true), ("participant/oer-erkenschwick", true), ("kreis/featured-2", true),
    ("mergedInto", true), ("", false), ("/a", false), ("a/", false), ("a//b", false),
    ("-a", false), ("a b", false), ("ä", false), ("a_b", false),
  ])
  func fieldNamesAreWordsPartedBySolidus(name: String, isValid: Bool) {
    #expect(FieldName.isValid(name) == isValid)
  }

  @Test(arguments: [("r2", true), ("a.B_c-9", true), ("", false), ("Eva M", false), ("ä", false)])
  func pseudonymsAreShortWords(name: String, isValid: Bool) {
    #expect(Pseudonym.isValid(name) == isValid)
  }

  @Test func typesAreKnownOrOfAnotherVersion() {
    #expect(EventType.isKnown("date.postponed") && EventType.isKnown("site.admitted"))
    #expect(!EventType.isKnown("poll.opened"))
    #expect(EventType.creations.keys.allSatisfy(EventType.writes.contains))
  }
}
