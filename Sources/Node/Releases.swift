// Releases of drafts at one place of the node: at once when the desk asks, by the clock when their
// moment comes, and at the start what was missed while the node was off.

import Desk
import Dispatch
import Events
import Web

/// The queue on which drafts become events.
final class Releases: Sendable {
  /// `@unchecked Sendable`: used on `queue` alone.
  private final class Confined: @unchecked Sendable {
    let releaser: Releaser
    var timer: (any DispatchSourceTimer)?
    var isStopped = false

    init(releaser: Releaser) { self.releaser = releaser }
  }

  private let queue = DispatchQueue(label: "releases")
  private let confined: Confined
  private let note: @Sendable (String) -> Void

  /// The clock is looked at so often while a release is planned: somebody may set it.
  private static let lookSeconds = 60.0
  /// A release that could not be written is tried again so soon.
  private static let retrySeconds = 2.0
  /// Opens the desk's file and the reads of its own.
  init(
    directory: String, views path: String, site: SiteID, kreis: SiteID, writer: Writer,
    note: @escaping @Sendable (String) -> Void
  ) throws {
    let queue = queue
    confined = Confined(
      releaser: Releaser(
        store: try DeskStore(directory: directory),
        reads: try .open(views: path, directory: directory), site: site, kreis: kreis,
        append: RunningNode.append(writer), onQueue: { task in queue.async(execute: task) }))
    self.note = note
  }

  /// Releases what was missed and begins to look at the clock.
  func start() { queue.async { [self] in look() } }

  /// A plan has changed: looks at the clock anew.
  func plansChanged() { queue.async { [self] in look() } }

  /// Releases one draft at once.
  func release(_ id: DraftID, completion: @escaping @Sendable (ReleaseOutcome) -> Void) {
    queue.async { [self] in
      confined.releaser.release(id, now: .now) { [self] outcome in
        if outcome == .unavailable { look(after: Releases.retrySeconds) }
        completion(outcome)
      }
    }
  }

  /// Nothing is released any more once this returns.
  func stop() {
    queue.sync {
      confined.isStopped = true
      confined.timer?.cancel()
    }
  }

  private func look() {
    guard !confined.isStopped else { return }
    let now = Timestamp.now
    do {
      for id in try confined.releaser.dueDrafts(now: now) {
        confined.releaser.release(id, now: now) { [self] outcome in told(id, outcome) }
      }
      guard let next = try confined.releaser.nextDue() else { return }
      let wait = Double(next.milliseconds - now.milliseconds) / 1_000
      look(after: wait <= 0 ? Releases.retrySeconds : min(wait, Releases.lookSeconds))
    } catch {
      note("the desk's drafts cannot be read: \(error)")
      look(after: Releases.lookSeconds)
    }
  }

  private func told(_ id: DraftID, _ outcome: ReleaseOutcome) {
    switch outcome {
    case .released(let item): note("released \(item) at its time")
    case .refused(let words): note("a planned release did not happen: \(words)")
    case .unavailable: look(after: Releases.retrySeconds)
    }
  }

  private func look(after seconds: Double) {
    guard !confined.isStopped else { return }
    confined.timer?.cancel()
    let timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now() + seconds)
    timer.setEventHandler { [weak self] in self?.look() }
    timer.activate()
    confined.timer = timer
  }
}
