// The regular imports of a node, as `node.json` lists them. Protocols/import.md §7.

import Catalogue
import Desk
import Dispatch
import Events
import Foundation
package import Importers
import Synchronization
import Web

/// One source that is imported regularly: a member of `imports` in `node.json`.
package struct ScheduledImport: Sendable, Equatable, Codable {
  /// Where it is fetched; https, or http on this machine.
  package var url: String
  /// The kind of items that it gives: `news`, `date` or `project`; nil for what it says itself.
  package var kind: String?
  /// The format; nil to look.
  package var format: String?
  /// The minutes from one run to the next.
  package var everyMinutes: Int
  /// What it is called; nil for a name made of the address.
  package var name: String?
  /// True if a feed tells all that it has.
  package var whole: Bool?

  /// An import of those parts.
  package init(
    url: String, kind: String? = nil, format: String? = nil, everyMinutes: Int,
    name: String? = nil, whole: Bool? = nil
  ) {
    self.url = url
    self.kind = kind
    self.format = format
    self.everyMinutes = everyMinutes
    self.name = name
    self.whole = whole
  }

  /// More often than every five minutes is no help to readers and a load to the source.
  package static let minutes = 5...10_080

  /// The name of a source that is fetched: its host, and a hash, because addresses of calendars
  /// hold secrets and the name is public.
  package static func name(of address: String) -> String {
    let host = URL(string: address)?.host ?? "url"
    return "\(host)#\(SHA256.hash(Array(address.utf8)).hex.prefix(8))"
  }

  /// The import with all its values checked.
  ///
  /// - Throws: `ConfigurationError.invalid` that names what is wrong.
  package func checked() throws(ConfigurationError) -> (order: ImportOrder, reader: SourceReader) {
    func invalid(_ what: String) -> ConfigurationError {
      .invalid(path: "node.json", what: "\"imports\": \(what)")
    }
    guard SourceFetch.isSafe(URL(string: url)) else {
      throw invalid(FetchFailure.badAddress(url).description)
    }
    guard ScheduledImport.minutes.contains(everyMinutes) else {
      throw invalid("everyMinutes is \(everyMinutes), and not 5 to 10080")
    }
    guard var order = ImportOrder(source: name ?? ScheduledImport.name(of: url)) else {
      throw invalid(ImportError.badSourceName.description)
    }
    order.isWhole = whole ?? false
    var reader = SourceReader()
    if let kind {
      guard let known = ItemKind(rawValue: kind) else {
        throw invalid("\"\(kind)\" is no kind: news, date or project")
      }
      reader.kind = known
    }
    if let format {
      guard let known = ImportFormat(rawValue: format) else {
        throw invalid(ImportError.noSuchFormat(format).description)
      }
      reader.format = known
    }
    return (order, reader)
  }
}

/// Runs the imports of `node.json`, each at its own pace, and keeps how they went.
final class ImportSchedule: Sendable {
  private struct Source: Sendable {
    let url: String
    let everyMinutes: Int
    let order: ImportOrder
    let reader: SourceReader
  }

  private struct State {
    var records: [String: ImportRecord] = [:]
    var tasks: [String: HTTPTask] = [:]
    var isStopped = false
  }

  /// Used on `queue` alone, hence `@unchecked Sendable`.
  private struct Confined: @unchecked Sendable {
    let store: DeskStore
  }

  private let queue = DispatchQueue(label: "vesthub.import-schedule", qos: .utility)
  private let confined: Confined
  private let sources: [Source]
  private let runner: ImportRunner
  private let note: @Sendable (String) -> Void
  private let state = Mutex(State())

  /// A source that did not answer is asked again no later than this.
  private static let retryMinutes = 10

  /// A schedule that has not begun.
  init(
    _ imports: [ScheduledImport], directory: String, note: @escaping @Sendable (String) -> Void,
    runner: ImportRunner
  ) throws {
    var sources: [Source] = []
    for entry in imports {
      let (order, reader) = try entry.checked()
      guard !sources.contains(where: { $0.order.source == order.source }) else {
        throw ConfigurationError.invalid(
          path: "node.json", what: "\"imports\": two sources are called \"\(order.source)\"")
      }
      sources.append(
        Source(url: entry.url, everyMinutes: entry.everyMinutes, order: order, reader: reader))
    }
    self.sources = sources
    self.runner = runner
    self.note = note
    confined = Confined(store: try DeskStore(directory: directory))
    for source in sources {
      let record = try confined.store.importRecord(of: source.order.source)
      state.withLock { $0.records[source.order.source] = record }
    }
  }

  /// The schedule of a node, from the files of its directory.
  convenience init(
    _ directory: DataDirectory, _ region: RegionFile, views path: String, port: DeskPort,
    note: @escaping @Sendable (String) -> Void
  ) throws {
    guard let site = SiteID(directory.configuration.site) else {
      throw ConfigurationError.invalid(path: "node.json", what: "\"site\" is no site id")
    }
    try self.init(
      directory.configuration.imports ?? [], directory: directory.path, note: note,
      runner: ImportRunner(site: site, kreis: region.kreis, port: port) { [log = directory.path] in
        try .open(views: path, directory: log)
      })
  }

  /// What desk and API ask.
  var port: ImportPort {
    ImportPort(
      run: { [runner] in runner.run($0, completion: $1) }, records: { [self] in records })
  }

  /// The last run of each source, in the order of the configuration.
  var records: [ImportRecord] {
    state.withLock { state in sources.compactMap { state.records[$0.order.source] } }
  }

  /// Begins: what is due runs at once.
  func start() {
    for source in sources {
      let last = state.withLock { $0.records[source.order.source]?.ranAt }
      let due = last.map { $0.advanced(milliseconds: Int64(source.everyMinutes) * 60_000) }
      schedule(source, milliseconds: max(0, (due?.milliseconds ?? 0) - Timestamp.now.milliseconds))
    }
  }

  /// Ends requests under way and waits for the import under way; none begins any more.
  func stop() {
    let tasks = state.withLock { state in
      state.isStopped = true
      return Array(state.tasks.values)
    }
    for task in tasks { task.cancel() }
    runner.stop()
    queue.sync {}
  }

  private func schedule(_ source: Source, milliseconds: Int64) {
    // A clock that was set back must not put the next run off for years.
    let wait = min(milliseconds, Int64(source.everyMinutes) * 60_000)
    queue.asyncAfter(deadline: .now() + .milliseconds(Int(wait))) { [weak self] in
      self?.run(source)
    }
  }

  private func run(_ source: Source) {
    let (isStopped, known) = state.withLock { ($0.isStopped, $0.records[source.order.source]) }
    guard !isStopped else { return }
    let task = SourceFetch.get(
      source.url, entityTag: known?.entityTag ?? "", modified: known?.modified ?? ""
    ) { [weak self] result in
      self?.queue.async { self?.fetched(source, result) }
    }
    state.withLock { $0.tasks[source.order.source] = task }
  }

  private func fetched(_ source: Source, _ result: Result<FetchedSource, FetchFailure>) {
    state.withLock { $0.tasks[source.order.source] = nil }
    switch result {
    case .failure(let failure):
      end(source, failure == .tooLarge ? .unreadable : .unreachable, failure.description)
    case .success(.unchanged):
      end(source, .unchanged, "")
    case .success(.content(let bytes, let address, let tag, let modified)):
      var reader = source.reader
      reader.address = address
      runner.run(ImportTask(bytes: bytes, reader: reader, order: source.order)) { [weak self] end in
        self?.queue.async { self?.imported(source, end, tag, modified) }
      }
    }
  }

  private func imported(
    _ source: Source, _ result: Result<ImportReport, ImportPort.Failure>, _ tag: String,
    _ modified: String
  ) {
    switch result {
    case .failure(.source(let error)): end(source, .unreadable, error.description)
    case .failure(.unavailable): end(source, .incomplete, "the catalogue cannot be read now")
    case .success(let report):
      if let stop = report.plan.stop { return end(source, .stopped, stop.description) }
      if let first = report.failures.first {
        return end(source, .incomplete, "\(first.entry): \(first.reason)")
      }
      // Only what was carried out whole is not asked for again.
      let isComplete = report.isComplete
      end(
        source, .done, report.summary, tag: isComplete ? tag : "",
        modified: isComplete ? modified : "")
    }
  }

  /// Keeps how a run ended, tells what a person should know, and sets the next.
  private func end(
    _ source: Source, _ outcome: ImportRecord.Outcome, _ detail: String, tag: String = "",
    modified: String = ""
  ) {
    let name = source.order.source
    let before = state.withLock { $0.records[name] }
    let isFine = outcome == .done || outcome == .unchanged
    var record = ImportRecord(
      source: name, ranAt: .now, succeededAt: isFine ? .now : before?.succeededAt,
      outcome: outcome, detail: detail, entityTag: tag, modified: modified)
    if outcome == .unchanged {
      record.entityTag = before?.entityTag ?? ""
      record.modified = before?.modified ?? ""
      record.detail = before?.detail ?? ""
    }
    let kept = record
    let isStopped = state.withLock { state in
      state.records[name] = kept
      return state.isStopped
    }
    guard !isStopped else { return }
    do {
      try confined.store.keep(record)
    } catch {
      note("import \(name): the desk's store cannot be written: \(error)")
    }
    // The same trouble is told once; it stands at the desk until it ends.
    if !isFine, before?.outcome != outcome || before?.detail != detail {
      note("import \(name) failed: \(detail)")
    } else if outcome == .done, before?.detail != detail {
      note("import \(name): \(detail)")
    }
    let minutes =
      outcome == .unreachable || outcome == .incomplete
      ? min(source.everyMinutes, ImportSchedule.retryMinutes) : source.everyMinutes
    schedule(source, milliseconds: Int64(minutes) * 60_000)
  }
}
