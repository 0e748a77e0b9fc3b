// The first half of a rebuild: from the log to the whole state in memory, on all cores.
// Protocols/views.md §5.

import Catalogue
import Dispatch
import EventLog
import Events
import Synchronization
import Views

/// The whole catalogue at a position, folded; its terms are yet to be settled.
struct FoldedItems {
  let states: [ItemState]
  /// The folded membership.
  let region: ItemState
  let position: UInt64
  let ownSeq: UInt64
}

/// The whole catalogue while it is folded.
private struct FoldedCatalogue {
  var state: CatalogueState
  var position: UInt64 = 0
  var ownSeq: UInt64 = 0

  init(kreis: SiteID) { state = CatalogueState(kreis: kreis) }

  mutating func fold(_ logged: LoggedEvent) {
    let event = logged.event
    if let receipt = logged.receipt { position = receipt.position }
    if logged.provisional != nil { ownSeq = max(ownSeq, event.dot.seq) }
    state.fold(event, verdict: logged.verdict, stamp: logged.receipt.map { Stamp($0) })
  }
}

/// Reads, decodes and folds in rounds. In each round one task folds chunk k, others decode parts of
/// chunk k + 1, and one reads chunk k + 2; events keep the order of chunks and parts.
///
/// `@unchecked Sendable`: within a round each member is used by one task only, or is read by
/// several and written by none; `concurrentPerform` orders the rounds.
final class FoldingPipeline: @unchecked Sendable {
  /// Events of a chunk: long enough that the end of a round costs nothing, short enough that three
  /// of them take a few megabytes.
  static let chunkEvents = 4_096
  /// Parts of a chunk that are decoded apart: so that both cores end a round at the same time.
  static let parts = 4

  /// What one task decodes in a round.
  private final class Part {
    var events: [LoggedEvent] = []
  }

  private let reader: LogReader
  private var folded: FoldedCatalogue
  private var lastRead: UInt64 = 0
  private var toFold: [[LoggedEvent]] = []
  private var toDecode: RawRows?
  private var justRead: RawRows?
  private let decoded = (0..<FoldingPipeline.parts).map { _ in Part() }
  private let failure = Mutex<LogError?>(nil)

  init(_ reader: LogReader, kreis: SiteID) {
    self.reader = reader
    folded = FoldedCatalogue(kreis: kreis)
  }

  /// Folds everything that has a receipt.
  func run(total: Int, _ progress: (Int) -> Bool) throws {
    var done = 0
    repeat {
      for part in decoded { part.events = [] }
      DispatchQueue.concurrentPerform(iterations: Self.parts + 2) { task in
        do throws(LogError) {
          switch task {
          // The longest first, so that the parts fill up what is left of the round.
          case 0: for part in toFold { for event in part { folded.fold(event) } }
          case 1: try read()
          default: try decode(part: task - 2)
          }
        } catch {
          failure.withLock { $0 = error }
        }
      }
      if let error = failure.withLock({ $0 }) { throw error }
      toFold = decoded.map(\.events)
      done += toFold.reduce(0) { $0 + $1.count }
      toDecode = justRead
      guard progress(min(done, total)) else { throw ReplayError.cancelled }
    } while (toDecode?.count ?? 0) > 0 || toFold.contains { !$0.isEmpty }
  }

  /// Folds the own events that have no receipt yet.
  func foldPending() throws(LogError) {
    for event in try reader.pending() { folded.fold(event) }
  }

  /// What was folded; the pipeline is used up.
  func items() -> FoldedItems {
    FoldedItems(
      states: folded.state.items, region: folded.state.membershipState,
      position: folded.position, ownSeq: folded.ownSeq)
  }

  private func decode(part: Int) throws(LogError) {
    guard let rows = toDecode else { return }
    let size = (rows.count + Self.parts - 1) / Self.parts
    let first = min(part * size, rows.count)
    var events: [LoggedEvent] = []
    events.reserveCapacity(size)
    for index in first..<min(first + size, rows.count) { events.append(try rows.logged(index)) }
    decoded[part].events = events
  }

  private func read() throws(LogError) {
    let rows = try reader.rows(after: lastRead, limit: Self.chunkEvents)
    if let last = try rows.lastPosition() { lastRead = last }
    justRead = rows
  }
}
