// Outputs kept after they were made: asked again, they are the same bytes until the catalogue
// changes or a moment comes at which one of their items does.

import Events
import HTTP
import Synchronization

/// A cache of whole answers, shared by all loops of a node.
///
/// Invariant: `bytes` is the sum of the sizes of `entries`, at most `maximumBytes`.
package final class MadeOutputs: Sendable {
  /// The state of the catalogue that an output was made from.
  struct Version: Sendable, Equatable {
    let position: UInt64
    let digest: Digest
  }

  /// One output.
  struct Entry: Sendable {
    let output: OpenOutput
    let tag: String
    /// When these bytes were first made here.
    let modified: Timestamp
    let version: Version
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var bytes = 0
  }

  /// All kept outputs together; the exports of ten thousand items take about 20 MB each.
  private static let maximumBytes = 64 * 1024 * 1024
  /// Filters make many addresses, most of them asked for once.
  private static let maximumEntries = 512

  private let state = Mutex(State())

  /// An empty cache.
  package init() {}

  /// What stands under an address, if it still holds.
  func current(_ key: String, _ version: Version, at moment: Timestamp) -> Entry? {
    state.withLock { state in
      guard let entry = state.entries[key], entry.version == version,
        entry.output.changesAt.map({ moment < $0 }) ?? true
      else { return nil }
      return entry
    }
  }

  /// Keeps an output. Bytes that were made before keep the time at which they were.
  func keep(
    _ key: String, _ output: OpenOutput, _ version: Version, at moment: Timestamp
  ) -> Entry {
    let tag = ETag.strong(String(SHA256.hash(output.bytes).hex.prefix(32)))
    return state.withLock { state in
      let old = state.entries[key]
      let isSame = old?.tag == tag
      let entry = Entry(
        output: output, tag: tag, modified: isSame ? old?.modified ?? moment : moment,
        version: version)
      if let old { state.bytes -= old.output.bytes.count }
      state.entries[key] = nil
      let size = output.bytes.count
      if state.entries.count >= Self.maximumEntries || state.bytes + size > Self.maximumBytes {
        state = State()
      }
      guard size <= Self.maximumBytes else { return entry }
      state.entries[key] = entry
      state.bytes += size
      return entry
    }
  }
}
