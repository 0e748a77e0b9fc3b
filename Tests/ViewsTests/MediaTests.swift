// Which items name a file, as the rows tell it.

import Events
import Testing

@testable import Views

@Suite struct MediaRows {
  private static let first = SHA256.hash([1])
  private static let second = SHA256.hash([2])

  private func picture(_ hash: Digest, bytes: Int64 = 9) -> FieldValue {
    [
      "alt": "Ein Bild", "bytes": .integer(bytes), "height": 1, "sha256": .string(hash.hex),
      "type": "image/png", "width": 1,
    ]
  }

  @Test func aFileIsNamedUntilItsItemNamesAnother() throws {
    let hub = try Hub()
    let id = item("kreis-meldung01")
    try hub.tell(kreis, "news.created", id, ["title": "A", "media/a": picture(Self.first)])
    #expect(try hub.reader.mediaUses(Self.first).map(\.row.id) == [id])
    #expect(try hub.reader.mediaUses(Self.first).map(\.isShown) == [true])
    try hub.tell(kreis, "news.revised", id, ["media/a": picture(Self.second, bytes: 8)])
    #expect(try hub.reader.mediaUses(Self.first).isEmpty)
    let named = try hub.reader.namedMedia()
    #expect(named.map(\.hash) == [Self.second] && named.map(\.bytes) == [8])
    try hub.tell(kreis, "news.revised", id, ["media/a": .null])
    #expect(try hub.reader.namedMedia().isEmpty)
  }

  @Test func ofTwoVersionsBothAreNamedAndOneIsShown() throws {
    let hub = try Hub()
    let id = item("kreis-meldung01")
    try hub.tell(kreis, "news.created", id, ["title": "A"])
    let before = try #require(try hub.reader.state(id)).screen
    try hub.tell(kreis, "news.revised", id, ["media/a": picture(Self.first)])
    try hub.tell(kreis, "news.revised", id, context: before, ["media/a": picture(Self.second)])
    let shown = try [Self.first, Self.second].map { try hub.reader.mediaUses($0).map(\.isShown) }
    #expect(shown == [[true], [false]] || shown == [[false], [true]])
    #expect(try hub.reader.recentMedia(of: nil, limit: 9).count == 1)
  }

  @Test func filesOfWhatIsWithdrawnAreNotOffered() throws {
    let hub = try Hub()
    let id = item("kreis-meldung01")
    try hub.tell(kreis, "news.created", id, ["title": "A", "media/a": picture(Self.first)])
    #expect(try hub.reader.recentMedia(of: nil, limit: 9).map(\.field) == ["media/a"])
    try hub.tell(kreis, "item.withdrawn", id, ["state": "withdrawn", "stateReason": "x"])
    #expect(try hub.reader.recentMedia(of: nil, limit: 9).isEmpty)
    #expect(try hub.reader.recentMedia(of: kreis, limit: 9).count == 1)
    #expect(try hub.reader.namedMedia().count == 1, "it may come back, so it is still transferred")
  }
}
