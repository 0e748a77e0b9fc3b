// Rendered public answers, kept until the views change or the moment does.
// Protocols/http-api.md §1.
//
// Invariants
// - Every kept answer was rendered from the views at `version` or later, and is given out only
//   while the views are at `version`.
// - `bytes` is the sum of what is kept and never above `maximumBytes`.

import Events
import HTTP

/// The kept answers of one event loop. Not `Sendable`, as the reads of a loop are not.
final class AnswerCache {
  private struct Entry {
    /// As it is given out while its end is further away than `staleSeconds`.
    let response: Response
    let bytes: Int
    let from: Timestamp
    let until: Timestamp
  }

  private var entries: [String: Entry] = [:]
  private var version: CatalogueReads.Version?
  private var bytes = 0

  /// Memory of one loop: about five hundred list pages. Above it all is dropped, which costs one
  /// rendering of each page that is still asked for.
  static let maximumBytes = 16 * 1024 * 1024
  /// What an entry costs beside its content and its address.
  private static let overheadBytes = 1_024
  /// For so long another cache may show an answer while it asks for a new one. Short, because a
  /// withdrawn item has to go.
  static let staleSeconds: Int64 = 10
  private static let minute: Int64 = 60_000

  /// The answer to `key` at `moment`, kept or made by `build`, which tells until when its content
  /// holds, too; nil for as long as nothing but the views or the minute changes. Lists go by the
  /// minute, so no answer is kept beyond its minute. Only successes are kept.
  func response(
    to key: String, version now: CatalogueReads.Version, at moment: Timestamp,
    build: () throws -> (response: Response, until: Timestamp?)
  ) rethrows -> Response {
    if now != version {
      drop()
      version = now
    }
    if let entry = entries[key], moment >= entry.from, moment < entry.until {
      let isFar = AnswerCache.secondsLeft(entry.until, at: moment) >= AnswerCache.staleSeconds
      return isFar
        ? entry.response : AnswerCache.aged(entry.response, until: entry.until, at: moment)
    }
    let made = try build()
    guard made.response.status == 200 else { return made.response }
    let next = Timestamp(
      milliseconds: (moment.milliseconds / AnswerCache.minute + 1) * AnswerCache.minute)
    var until = next
    if let end = made.until, end > moment, end < next { until = end }
    keep(
      AnswerCache.stated(made.response, AnswerCache.staleSeconds), key, from: moment, until: until)
    return AnswerCache.aged(made.response, until: until, at: moment)
  }

  private func keep(_ response: Response, _ key: String, from: Timestamp, until: Timestamp) {
    let size = (response.body.count ?? 0) + key.utf8.count + AnswerCache.overheadBytes
    guard size <= AnswerCache.maximumBytes else { return }
    if let old = entries.removeValue(forKey: key) { bytes -= old.bytes }
    if bytes + size > AnswerCache.maximumBytes { drop() }
    entries[key] = Entry(response: response, bytes: size, from: from, until: until)
    bytes += size
  }

  private func drop() {
    entries.removeAll(keepingCapacity: true)
    bytes = 0
  }

  /// Other caches may not go beyond the moment at which the content changes by itself.
  private static func aged(
    _ response: Response, until: Timestamp, at moment: Timestamp
  ) -> Response {
    stated(response, min(staleSeconds, secondsLeft(until, at: moment)))
  }

  private static func secondsLeft(_ until: Timestamp, at moment: Timestamp) -> Int64 {
    max(0, (until.milliseconds - moment.milliseconds) / 1_000)
  }

  private static func stated(_ response: Response, _ seconds: Int64) -> Response {
    response.with("Cache-Control", "public, max-age=0, stale-while-revalidate=\(seconds)")
  }

  /// Traps where an invariant is broken; for tests.
  func checkInvariants() {
    precondition(bytes == entries.values.reduce(0) { $0 + $1.bytes }, "bytes are the sum")
    precondition(bytes <= AnswerCache.maximumBytes, "bytes stay below their limit")
    precondition(entries.isEmpty || version != nil, "kept answers have a version")
  }

  /// How many answers are kept.
  var count: Int { entries.count }
}
