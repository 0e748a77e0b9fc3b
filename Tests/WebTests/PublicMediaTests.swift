// Which files the public gets, and how. Protocols/media.md §4.

import Catalogue
import Events
import Testing

@testable import Media
@testable import Web

@Suite struct PublicMediaTests {
  /// A stage on which the seed's project shows a picture.
  private func shown() throws -> (stage: Stage, path: String, media: CleanMedia) {
    let stage = try Seed.stage()
    let media = try stage.keep(Files.png())
    try stage.write(
      "marl", "project.revised", Seed.waste, ["media/a": Files.value(media, ["alt": "Bild"])])
    return (stage, "/medien/\(media.facts.hash.hex)", media)
  }

  @Test func aFileIsServedForGoodAndActsAsNoPage() throws {
    let (stage, path, media) = try shown()
    let file = try stage.send("GET", path)
    #expect(file.status == 200 && file.bytes == media.bytes)
    #expect(file["Content-Type"] == "image/png" && file["X-Content-Type-Options"] == "nosniff")
    #expect(file["Content-Security-Policy"] == "default-src 'none'; sandbox")
    #expect(file["Cache-Control"] == "private, max-age=31536000, immutable")
    let tag = try #require(file["ETag"])
    #expect(try stage.send("GET", path, ["If-None-Match": tag]).status == 304)
  }

  // media-12
  @Test func aPartOfAFileIsServed() throws {
    let (stage, path, media) = try shown()
    let part = try stage.send("GET", path, ["Range": "bytes=8-15"])
    #expect(part.status == 206 && part.bytes == Array(media.bytes[8...15]))
    #expect(part["Content-Range"] == "bytes 8-15/\(media.bytes.count)")
    #expect(try stage.send("GET", path, ["Range": "bytes=9999-"]).status == 416)
  }

  // media-10
  @Test func aFileThatNoItemShowsIsAsIfItHadNeverBeen() throws {
    let stage = try Seed.stage()
    let held = try stage.keep(Files.png()).facts.hash.hex
    let never = try stage.send("GET", "/medien/\(String(repeating: "0", count: 64))")
    let unnamed = try stage.send("GET", "/medien/\(held)")
    #expect(never.status == 404 && unnamed.status == 404 && unnamed.body == never.body)
  }

  @Test(arguments: [
    "..%2f..%2fline.key", "../../line.key", "", "0", String(repeating: "A", count: 64),
    String(repeating: "0", count: 63) + "/", String(repeating: "0", count: 65),
  ])
  func anAddressThatIsNoHashIsNoFile(_ name: String) throws {
    #expect(try Seed.stage().get("/medien/\(name)").status == 404)
  }

  // media-11
  @Test func whatIsWithdrawnOrHiddenIsGone() throws {
    let (stage, path, _) = try shown()
    try stage.write(
      "marl", "item.withdrawn", Seed.waste, ["state": "withdrawn", "stateReason": "Fehler"])
    #expect(try stage.send("GET", path).status == 410)
    try stage.write("marl", "item.restored", Seed.waste, ["state": "published"])
    #expect(try stage.send("GET", path).status == 200)
    try stage.write(
      "kreis", "item.annotated", Seed.waste,
      ["kreis/hidden": true, "kreis/hiddenReason": "Werbung"])
    #expect(try stage.send("GET", path).status == 410)
  }

  // media-11
  @Test func beforeItsReleaseANewsGivesNoFileAway() throws {
    let stage = try Seed.stage()
    let media = try stage.keep(Files.png())
    let later = try #require(ItemID("herten-geheim001"))
    try stage.write(
      "herten", "news.created", later,
      [
        "title": "Geheim", "released": "2023-09-13T12:01",
        "media/a": Files.value(media, ["alt": "Geheimes Bild"]),
      ])
    let path = "/medien/\(media.facts.hash.hex)"
    let early = try stage.send("GET", path)
    let never = try stage.send("GET", "/medien/\(String(repeating: "0", count: 64))")
    #expect(early.status == 404 && early.body == never.body)
    #expect(early.headers.map(\.name) == never.headers.map(\.name))
    try stage.write(
      "herten", "item.withdrawn", later, ["state": "withdrawn", "stateReason": "Doch nicht"])
    #expect(try stage.send("GET", path).status == 404, "not even that it is gone")
    let released = try #require(ItemID("herten-meldung01"))
    try stage.write(
      "herten", "news.created", released,
      [
        "title": "Jetzt", "released": "2023-09-13T12:00",
        "media/a": Files.value(media, ["alt": "Dasselbe Bild"]),
      ])
    #expect(try stage.send("GET", path).status == 200)
  }

  @Test func aPictureThatLostOrWasTakenAwayIsNotGivenOut() throws {
    let (stage, path, _) = try shown()
    let other = try stage.keep(Files.png(width: 1_201))
    let before = try stage.state(Seed.waste).screen
    try stage.write(
      "marl", "project.revised", Seed.waste,
      ["media/a": Files.value(other, ["alt": "Anderes"])])
    #expect(try stage.send("GET", path).status == 404)
    #expect(try stage.send("GET", "/medien/\(other.facts.hash.hex)").status == 200)
    let third = try stage.keep(Files.png(width: 1_202))
    try stage.write(
      "marl", "project.revised", Seed.waste, context: before,
      ["media/a": Files.value(third, ["alt": "Drittes"])])
    let statuses = try [other, third].map {
      try stage.send("GET", "/medien/\($0.facts.hash.hex)").status
    }
    #expect(statuses.sorted() == [200, 404], "of two versions the one in force")
  }

  // media-13
  @Test func aPictureThatIsOnItsWayIsTold() throws {
    let stage = try Seed.stage()
    let media = try CleanMedia(Files.png())
    let document = try CleanMedia(Files.pdf())
    try stage.write(
      "marl", "project.revised", Seed.waste,
      [
        "media/a": Files.value(media, ["alt": "Eine Tonne"]),
        "media/b": Files.value(media, ["decorative": true]),
        "media/c": Files.value(document, ["label": "Satzung"]),
      ])
    let page = try stage.get("/projekte/\(Seed.waste)").body
    #expect(page.contains("Dieses Bild wird noch übertragen. Es zeigt: Eine Tonne"))
    #expect(page.contains("Satzung <small>(PDF, 1 KB, wird noch übertragen)"))
    #expect(!page.contains("/medien/"))
    let file = try stage.send("GET", "/medien/\(media.facts.hash.hex)")
    #expect(file.status == 404 && file["Retry-After"] == "60")
    try stage.keep(Files.png())
    #expect(try stage.get("/projekte/\(Seed.waste)").body.contains("alt=\"Eine Tonne\""))
  }

  @Test func aFileOfAnotherLengthThanToldIsNotGivenOut() throws {
    let stage = try Seed.stage()
    let media = try stage.keep(Files.png())
    try stage.write(
      "marl", "project.revised", Seed.waste,
      [
        "media/a": [
          "alt": "x", "bytes": 9, "height": 1, "sha256": .string(media.facts.hash.hex),
          "type": "image/png", "width": 1,
        ]
      ])
    #expect(try stage.send("GET", "/medien/\(media.facts.hash.hex)").status == 404)
  }

  // media-1
  @Test func theTypeIsThatOfTheContentWhateverTheEventTells() throws {
    let stage = try Seed.stage()
    let media = try stage.keep(Files.png())
    try stage.write(
      "marl", "project.revised", Seed.waste,
      [
        "media/a": [
          "bytes": .integer(Int64(media.bytes.count)), "label": "x",
          "sha256": .string(media.facts.hash.hex), "type": "application/pdf",
        ]
      ])
    #expect(
      try stage.send("GET", "/medien/\(media.facts.hash.hex)")["Content-Type"] == "image/png")
  }
}
