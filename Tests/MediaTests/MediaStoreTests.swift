// Where files are kept: whole or not at all, and piece by piece from another node.

import Events
import Foundation
import Glibc
import Testing

@testable import Media

@Suite struct MediaStoreTests {
  /// A folder that is removed with the value.
  private final class Folder {
    let path = NSTemporaryDirectory() + "/media-\(UUID().uuidString)"
    init() throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func store() throws -> MediaStore { try MediaStore(directory: path) }

    var files: [String] {
      (FileManager.default.enumerator(atPath: path + "/media")?.allObjects as? [String] ?? [])
        .filter { name in
          var isFolder = ObjCBool(false)
          _ = FileManager.default.fileExists(
            atPath: path + "/media/" + name, isDirectory: &isFolder)
          return !isFolder.boolValue
        }
    }
  }

  private static let peer = SiteID("herten")!  // A valid id.

  private let media = try? CleanMedia(Sample.png())

  // media-8
  @Test func aFileStandsUnderItsHash() throws {
    let folder = try Folder()
    let store = try folder.store()
    let media = try #require(media)
    #expect(!store.holds(media.facts.hash))
    try store.keep(media)
    try store.keep(media)
    let hex = media.facts.hash.hex
    #expect(folder.files == ["\(hex.prefix(2))/\(hex)"])
    let path = try #require(store.path(media.facts.hash))
    #expect(FileManager.default.contents(atPath: path) == Data(media.bytes))
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func whatIsKnownOfAFileIsReadFromIt() throws {
    let folder = try Folder()
    let media = try #require(media)
    try folder.store().keep(media)
    let store = try folder.store()
    #expect(store.facts(media.facts.hash) == media.facts)
    #expect(store.type(media.facts.hash) == .png)
    #expect(store.facts(.zero) == nil && store.type(.zero) == nil)
  }

  @Test func aFileThatWasChangedOnTheDiskIsNotKnown() throws {
    let folder = try Folder()
    let media = try #require(media)
    try folder.store().keep(media)
    let store = try folder.store()
    let path = try #require(store.path(media.facts.hash))
    try Data(Sample.png(width: 41)).write(to: URL(fileURLWithPath: path))
    #expect(store.facts(media.facts.hash) == nil)
  }

  @Test func whatADeadProcessHadBegunIsRemovedAtTheNextStart() throws {
    let folder = try Folder()
    _ = try folder.store()
    let aside = folder.path + "/media/new/x"
    try Data([1]).write(to: URL(fileURLWithPath: aside))
    _ = try folder.store()
    #expect(!FileManager.default.fileExists(atPath: aside))
  }

  // media-9
  @Test func aFileThatComesInPiecesIsWholeOnlyAfterItsCheck() throws {
    let folder = try Folder()
    let store = try folder.store()
    let media = try #require(media)
    let hash = media.facts.hash
    try store.append(Array(media.bytes.prefix(10)), at: 0, to: hash, from: Self.peer)
    #expect(store.partBytes(hash, from: Self.peer) == 10 && !store.holds(hash))
    #expect(throws: MediaError.otherOffset(held: 10)) {
      try store.append([1], at: 9, to: hash, from: Self.peer)
    }
    // Another process goes on where this one ended.
    let next = try folder.store()
    try next.append(Array(media.bytes.dropFirst(10)), at: 10, to: hash, from: Self.peer)
    try next.finish(hash, from: Self.peer)
    #expect(next.facts(hash) == media.facts && next.partBytes(hash, from: Self.peer) == 0)
  }

  @Test func anotherFileUnderTheNameIsThrownAway() throws {
    let folder = try Folder()
    let store = try folder.store()
    try store.append(Sample.png(), at: 0, to: .zero, from: Self.peer)
    #expect(throws: MediaError.otherContent) { try store.finish(.zero, from: Self.peer) }
    #expect(folder.files.isEmpty)
  }

  // media-2
  @Test func aFileThatIsNotCleanIsThrownAway() throws {
    let folder = try Folder()
    let store = try folder.store()
    for sent in [Sample.extendedWebP(), Secret.script] {
      let hash = SHA256.hash(sent)
      try store.append(sent, at: 0, to: hash, from: Self.peer)
      #expect(throws: MediaError.self) { try store.finish(hash, from: Self.peer) }
    }
    #expect(folder.files.isEmpty)
  }

  @Test func whoSendsRubbishSpoilsNoOneElsesTransfer() throws {
    let folder = try Folder()
    let store = try folder.store()
    let media = try #require(media)
    let other = try #require(SiteID("marl"))
    try store.append(Secret.script, at: 0, to: media.facts.hash, from: other)
    try store.append(media.bytes, at: 0, to: media.facts.hash, from: Self.peer)
    try store.finish(media.facts.hash, from: Self.peer)
    #expect(store.facts(media.facts.hash) == media.facts)
  }

  @Test func aFileThatNeverEndsIsGivenUp() throws {
    let folder = try Folder()
    let store = try folder.store()
    let half = [UInt8](repeating: 0, count: MediaLimits.fileBytes)
    try store.append(half, at: 0, to: .zero, from: Self.peer)
    #expect(throws: MediaError.self) {
      try store.append([0], at: half.count, to: .zero, from: Self.peer)
    }
    #expect(store.partBytes(.zero, from: Self.peer) == 0)
  }

  @Test func unfinishedFilesAreFew() throws {
    let folder = try Folder()
    let store = try folder.store()
    for number in 0..<(MediaLimits.unfinished + 5) {
      try store.append([1], at: 0, to: SHA256.hash([UInt8(number)]), from: Self.peer)
    }
    #expect(folder.files.count == MediaLimits.unfinished)
  }
}
