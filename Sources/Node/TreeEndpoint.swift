// The hub's tree for everybody: the checkpoint and the tiles. Protocols/tree.md §3, §5.

import Dispatch
import EventLog
import Events
import HTTP
import Sync

/// Answers `/checkpoint` and `/tile/`, by a reader of its own beside the writer.
final class TreeEndpoint: Sendable {
  /// The reader is not `Sendable`: it is used on `queue` alone.
  private struct Confined: @unchecked Sendable { let reader: LogReader }

  private let queue = DispatchQueue(label: "tree")
  private let confined: Confined
  private let region: RegionID
  private let note: @Sendable (String) -> Void

  /// A full tile never changes.
  private static let forEver = "public, max-age=31536000, immutable"

  /// The endpoint of a hub's directory; nil for a city's.
  static func ofHub(
    _ directory: DataDirectory, note: @escaping @Sendable (String) -> Void
  ) throws -> TreeEndpoint? {
    guard directory.configuration.role == .hub else { return nil }
    return TreeEndpoint(
      reader: try LogReader(directory: directory.path), region: try directory.ownRegion(),
      note: note)
  }

  private init(reader: LogReader, region: RegionID, note: @escaping @Sendable (String) -> Void) {
    confined = Confined(reader: reader)
    self.region = region
    self.note = note
  }

  /// True for the paths that it answers.
  static func holds(_ path: some StringProtocol) -> Bool {
    path == "/checkpoint" || path.hasPrefix("/tile/")
  }

  /// Adds the routes.
  func serve(on router: inout Router) {
    router.get("/checkpoint") { [self] _ in
      answer { [region] reader throws(LogError) in
        let checkpoint = Checkpoint(region: region.description, head: try reader.treeHead())
        return Response.text(checkpoint.text).with("Cache-Control", "no-cache")
      }
    }
    router.get("/tile/*path") { [self] request in
      guard let tile = Tile(request.parameter("path") ?? "") else {
        return .now(.text("Nicht gefunden\n", status: 404))
      }
      return answer { reader throws(LogError) in
        guard
          let hashes = try reader.tile(level: tile.level, number: tile.number, width: tile.width)
        else { return .text("Nicht gefunden\n", status: 404) }
        return Response.of(hashes, type: "application/octet-stream")
          .with("Cache-Control", TreeEndpoint.forEver)
      }
    }
  }

  /// Nothing may be asked afterwards.
  func close() { queue.sync { confined.reader.close() } }

  private func answer(
    _ make: @escaping @Sendable (LogReader) throws(LogError) -> Response
  ) -> Answer {
    .later { [self] reply in
      queue.async { [self] in
        do throws(LogError) {
          reply.send(try make(confined.reader).with("X-Content-Type-Options", "nosniff"))
        } catch {
          note("the tree cannot be read: \(error)")
          reply.send(.text("Zur Zeit nicht erreichbar\n", status: 503))
        }
      }
    }
  }
}

/// The address of a tile as C2SP tlog-tiles writes it: `0/x001/x234/067`, and behind a tile that is
/// not full `.p/` and the number of its hashes.
struct Tile: Equatable {
  let level: Int
  let number: UInt64
  let width: Int

  /// Nil for any other text.
  init?(_ path: String) {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false)[...]
    guard let first = parts.popFirst(), let level = Int(first), String(level) == first,
      (0..<8).contains(level)
    else { return nil }
    var width = TreeEdge.tileWidth
    if parts.count >= 2, parts[parts.endIndex - 2].hasSuffix(".p") {
      guard let last = parts.popLast(), let count = Int(last), String(count) == last,
        (1..<TreeEdge.tileWidth).contains(count), let name = parts.popLast()
      else { return nil }
      width = count
      parts.append(name.dropLast(2))
    }
    var number: UInt64 = 0
    guard (1...6).contains(parts.count) else { return nil }
    for (place, part) in parts.enumerated() {
      let isLast = place == parts.count - 1
      guard isLast || part.hasPrefix("x") else { return nil }
      let digits = isLast ? part : part.dropFirst()
      guard digits.utf8.count == 3, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let group = UInt64(digits)
      else { return nil }
      // The shortest form alone: else one tile would have many addresses.
      if place == 0, group == 0, !isLast { return nil }
      number = number * 1_000 + group
    }
    (self.level, self.number, self.width) = (level, number, width)
  }
}
