// Which items name a file, as the rows tell it.

import Catalogue
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
    try hub.tell(
      kreis, "news.created", id, [.init("title", "A"), .init("media/a", picture(Self.first))])
    #expect(try hub.views.mediaUses(Self.first).map(\.row.id) == [id])
    #expect(try hub.views.mediaUses(Self.first).map(\.isShown) == [true])
    try hub.tell(kreis, "news.revised", id, [.init("media/a", picture(Self.second, bytes: 8))])
    #expect(try hub.views.mediaUses(Self.first).isEmpty)
    let named = try hub.views.namedMedia()
    #expect(named.map(\.hash) == [Self.second] && named.map(\.bytes) == [8])
    try hub.tell(kreis, "news.revised", id, [.init("media/a", .null)])
    #expect(try hub.views.namedMedia().isEmpty)
  }

  @Test func ofTwoVersionsBothAreNamedAndOneIsShown() throws {
    let hub = try Hub()
    let id = item("kreis-meldung01")
    try hub.tell(kreis, "news.created", id, [.init("title", "A")])
    let before = try #require(try hub.views.state(id)).screen
    try hub.tell(kreis, "news.revised", id, [.init("media/a", picture(Self.first))])
    try hub.tell(
      kreis, "news.revised", id, [.init("media/a", picture(Self.second))], seeing: before)
    let shown = try [Self.first, Self.second].map { try hub.views.mediaUses($0).map(\.isShown) }
    #expect(shown == [[true], [false]] || shown == [[false], [true]])
    #expect(try hub.views.recentMedia(of: nil, limit: 9).count == 1)
  }

  @Test func filesOfWhatIsWithdrawnAreNotOffered() throws {
    let hub = try Hub()
    let id = item("kreis-meldung01")
    try hub.tell(
      kreis, "news.created", id, [.init("title", "A"), .init("media/a", picture(Self.first))])
    #expect(try hub.views.recentMedia(of: nil, limit: 9).map(\.field) == ["media/a"])
    try hub.tell(
      kreis, "item.withdrawn", id, [.init("state", "withdrawn"), .init("stateReason", "x")])
    #expect(try hub.views.recentMedia(of: nil, limit: 9).isEmpty)
    #expect(try hub.views.recentMedia(of: kreis, limit: 9).count == 1)
    #expect(try hub.views.namedMedia().count == 1, "it may come back, so it is still transferred")
  }
}
