// Rebuilds the views from the log: a new generation beside the one that serves. Protocols/views.md
// §5. Live folding and rebuilding share the state, the projection and the rows' statements; only
// how many items are in memory differs.
//
// The steps, each of which leaves the serving generation as it is:
//   read → decode on all cores → fold in order → insert → indexes → fsync → catch up → compare →
//   swap.

import Catalogue
package import EventLog
package import Events
package import Views

/// Rebuilds and opens the views of a data folder. Used by one thread at a time; a rebuild may run
/// beside the writer of the log and of the serving generation.
package struct Replayer: Sendable {
  /// How far a rebuild is.
  package struct Progress: Sendable, Equatable {
    /// What is being done.
    package enum Step: Sendable, Equatable {
      /// Events are read and folded.
      case folding
      /// Rows are inserted.
      case inserting
      /// Indexes are made, the file is made durable, late events are folded in.
      case finishing
    }

    /// What is being done.
    package let step: Step
    /// Events or items done in this step.
    package let done: Int
    /// Of so many.
    package let total: Int
  }

  /// What a rebuild gave.
  package struct Outcome: Sendable, Equatable {
    /// The new generation, which serves now.
    package let generation: UInt64
    /// The last receipt that it holds.
    package let position: UInt64
    /// The digest of its state.
    package let digest: Digest
    /// How many items the catalogue has, those without creation included.
    package let items: Int
    /// The digest of the generation before, where it stood at the same position under the same
    /// rules; it should be the same.
    package let oldDigest: Digest?

    /// True unless the generation before had another state at the same position: then one of
    /// the two was folded wrongly, and the operator should know.
    package var isConsistent: Bool { oldDigest == nil || oldDigest == digest }
  }

  /// The data folder: the log is read from it, the generations are written into it.
  package let directory: String
  /// The site that moderates the region.
  package let kreis: SiteID
  /// The generations of the folder.
  package let generations: Generations

  /// Events that are caught up with in one transaction: each item of them is written once.
  static let caughtUpEvents = 4_000

  /// Replays the log in `directory`; the generations are there too, or in the folder `views`.
  package init(directory: String, views: String? = nil, kreis: SiteID) {
    self.directory = directory
    self.kreis = kreis
    generations = Generations(directory: views ?? directory)
  }

  /// Builds a new generation and lets it serve.
  ///
  /// - Parameter progress: called every so many events; false ends the rebuild.
  package func rebuild(
    progress: (Progress) -> Bool = { _ in true }
  ) throws(ReplayError) -> Outcome {
    let generation = generations.next()
    // A rebuild that died may have left a companion of a file that was never made, or was lost.
    generations.remove(generation)
    do {
      let outcome = try build(generation, progress)
      try generations.swap(to: generation)
      generations.sweep()
      return outcome
    } catch {
      generations.remove(generation)
      throw ReplayError(wrapping: error)
    }
  }

  private func build(_ generation: UInt64, _ progress: (Progress) -> Bool) throws -> Outcome {
    let path = generations.path(of: generation)
    let reader = try LogReader(directory: directory)
    defer { reader.close() }
    // Read first: where the own line is replaced meanwhile, catching up finds it.
    let branches = try reader.branches()
    let folding = FoldingPipeline(reader, kreis: kreis)
    let total = Int(try reader.position())
    try folding.run(total: total) { progress(Progress(step: .folding, done: $0, total: total)) }
    try folding.foldPending()
    let items = try insert(folding.items(), branches: branches, path: path, progress)
    guard progress(Progress(step: .finishing, done: 0, total: 1)) else {
      throw ReplayError.cancelled
    }
    let writer = try ViewWriter(path: path, kreis: kreis) { try reader.events(of: $0) }
    defer { writer.close() }
    try Replayer.caughtUp(writer, from: reader).close()
    return Outcome(
      generation: generation, position: writer.position, digest: writer.digest, items: items,
      oldDigest: oldDigest(at: writer.position, ownSeq: writer.ownSeq))
  }

  private func insert(
    _ catalogue: FoldedItems, branches: UInt64, path: String, _ progress: (Progress) -> Bool
  ) throws -> Int {
    let builder = try ViewBuilder(path: path, kreis: kreis)
    let total = catalogue.states.count
    var region = catalogue.region
    let regionTerm = region.settleTerm()
    let digest = try InsertingPipeline(builder, catalogue).run {
      progress(Progress(step: .inserting, done: $0, total: total))
    }
    try builder.finish(
      region: region, position: catalogue.position, ownSeq: catalogue.ownSeq,
      branches: branches, digest: digest &+ regionTerm)
    return total
  }

  /// Folds and writes what the log has beyond the rows: receipts, then own events without one.
  /// Gives the fold, which now stands at the log's end.
  package static func caughtUp(
    _ writer: ViewWriter, from reader: LogReader
  ) throws(ReplayError) -> Fold {
    do {
      let fold = try writer.begin()
      if let branched = try reader.branched(since: fold.branches) {
        let hasMembership = branched.items.contains(nil)
        try fold.withdraw(
          branched, membership: hasMembership ? try reader.eventsOfNoItem() : [])
      }
      while true {
        let events = try reader.events(after: fold.position, limit: caughtUpEvents)
        guard !events.isEmpty else { break }
        for event in events { try fold.apply(event) }
        _ = try fold.commit()
      }
      for event in try reader.pending() { try fold.apply(event) }
      _ = try fold.commit()
      return fold
    } catch {
      throw ReplayError(wrapping: error)
    }
  }

  /// The digest of the serving generation, if it holds the same events under these rules. After a
  /// kill it may be behind the log.
  private func oldDigest(at position: UInt64, ownSeq: UInt64) -> Digest? {
    guard let current = generations.current(),
      let reader = try? ViewReader(path: generations.path(of: current))
    else { return nil }
    defer { reader.close() }
    guard (try? reader.position()) == position, (try? reader.ownSeq()) == ownSeq else {
      return nil
    }
    return try? reader.digest()
  }

  /// Opens the serving generation for live folding; rebuilds first where there is none, or where
  /// it was written by another schema or under other rules.
  package func openCurrent(
    progress: (Progress) -> Bool = { _ in true }
  ) throws(ReplayError) -> ViewWriter {
    do {
      if let current = generations.current() {
        do {
          if let writer = try openHeld(current) { return writer }
        } catch ViewError.outdated {}
      }
      return try open(try rebuild(progress: progress).generation)
    } catch {
      throw ReplayError(wrapping: error)
    }
  }

  /// Nil where the log is a backup that is older than these views.
  private func openHeld(_ generation: UInt64) throws -> ViewWriter? {
    let writer = try open(generation)
    let reader = try LogReader(directory: directory)
    defer { reader.close() }
    let isHeld =
      try writer.position <= reader.position() && writer.branches <= reader.branches()
      && writer.ownSeq <= reader.heads()[reader.site]
    if !isHeld { writer.close() }
    return isHeld ? writer : nil
  }

  private func open(_ generation: UInt64) throws -> ViewWriter {
    let reader = try LogReader(directory: directory)
    return try ViewWriter(path: generations.path(of: generation), kreis: kreis) {
      try reader.events(of: $0)
    }
  }
}
