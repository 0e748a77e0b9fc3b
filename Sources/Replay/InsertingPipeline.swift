// The second half of a rebuild: from the state in memory to the rows of a new file.
// Protocols/views.md §5.

import Catalogue
import Dispatch
import Events
import Synchronization
import Views

/// Projects and inserts in rounds: one task inserts the rows of chunk k, one its words, while
/// others project chunk k + 1.
///
/// `@unchecked Sendable`: within a round each member is used by one task only, or is read by
/// several and written by none; `concurrentPerform` orders the rounds.
final class InsertingPipeline: @unchecked Sendable {
  /// Items of a chunk: a few megabytes.
  static let chunkItems = 2_048
  /// Parts of a chunk that are projected apart.
  static let parts = 4

  private let builder: ViewBuilder
  private let states: [ItemState]
  private var next = 0
  private var toInsert: [[ViewBuilder.Prepared]] = []
  private let prepared = Mutex<[[ViewBuilder.Prepared]]>([])
  private let terms = Mutex<[Digest]>([])
  private var sum = Digest.zero
  private let failure = Mutex<ViewError?>(nil)

  init(_ builder: ViewBuilder, _ catalogue: FoldedItems) {
    self.builder = builder
    states = catalogue.states
  }

  /// Inserts every item and gives the digest of all of them.
  func run(_ progress: (Int) -> Bool) throws -> Digest {
    repeat {
      prepared.withLock { $0 = Array(repeating: [], count: Self.parts) }
      terms.withLock { $0 = [] }
      DispatchQueue.concurrentPerform(iterations: Self.parts + 2) { task in
        do throws(ViewError) {
          switch task {
          case 0: for part in toInsert { try builder.insert(part) }
          case 1: for part in toInsert { try builder.words.insert(part) }
          default: prepare(part: task - 2)
          }
        } catch {
          failure.withLock { $0 = error }
        }
      }
      if let error = failure.withLock({ $0 }) { throw error }
      toInsert = prepared.withLock { $0 }
      sum = terms.withLock { $0.reduce(sum, &+) }
      next = min(next + Self.chunkItems, states.count)
      guard progress(next) else { throw ReplayError.cancelled }
    } while toInsert.contains { !$0.isEmpty }
    return sum
  }

  private func prepare(part: Int) {
    let size = Self.chunkItems / Self.parts
    let first = min(next + part * size, states.count)
    var digest = Digest.zero
    let items = states[first..<min(first + size, states.count)].map { state in
      var state = state
      digest = digest &+ state.settleTerm()
      return ViewBuilder.Prepared(state)
    }
    terms.withLock { [digest] in $0.append(digest) }
    prepared.withLock { $0[part] = items }
  }
}
