// Carries imports out on a running node: reads the catalogue, plans, appends. One import after the
// other, on a queue of its own. Protocols/import.md §6.

import Catalogue
import Dispatch
import EventLog
import Events
import Importers
import Synchronization
import Views
import Web

/// The one importer of a node.
final class ImportRunner: Sendable {
  /// Opened with the first import; used on `queue` alone, hence `@unchecked Sendable`.
  private final class ConfinedReads: @unchecked Sendable {
    let open: @Sendable () throws -> CatalogueReads
    private var opened: CatalogueReads?

    init(_ open: @escaping @Sendable () throws -> CatalogueReads) { self.open = open }

    func reads() throws -> CatalogueReads {
      if let opened { return opened }
      let reads = try open()
      opened = reads
      return reads
    }
  }

  private let queue = DispatchQueue(label: "vesthub.imports", qos: .utility)
  private let confined: ConfinedReads
  private let site: SiteID
  private let kreis: SiteID
  private let append: @Sendable ([EventDraft], @escaping DeskPort.Completion) -> Void
  private let newItem: @Sendable () -> ItemID
  private let isStopped = Mutex(false)

  /// So many events at most go to the log at once, so that editors need not wait behind an import.
  private static let batchEvents = 200

  init(
    site: SiteID, kreis: SiteID, port: DeskPort,
    reads: @escaping @Sendable () throws -> CatalogueReads
  ) {
    self.site = site
    self.kreis = kreis
    append = port.append
    newItem = port.newItem
    confined = ConfinedReads(reads)
  }

  /// Plans and, unless it is a dry run, writes. The completion comes on the importer's queue.
  func run(_ task: ImportTask, completion: @escaping ImportPort.Completion) {
    queue.async { [self] in completion(result(of: task)) }
  }

  /// Waits for the import under way; later ones are refused.
  func stop() {
    isStopped.withLock { $0 = true }
    queue.sync {}
  }

  private func result(of task: ImportTask) -> Result<ImportReport, ImportPort.Failure> {
    guard !isStopped.withLock({ $0 }) else { return .failure(.unavailable) }
    let content: SourceContent
    do throws(ImportError) {
      content = try task.reader.read(task.bytes)
    } catch {
      return .failure(.source(error))
    }
    guard let catalogue = try? held() else { return .failure(.unavailable) }
    let plan = ImportPlan(
      content, on: catalogue, by: task.order, now: BerlinTime.minute(of: .now))
    var report = ImportReport(
      plan: plan, source: task.order.source, format: content.format, isDryRun: task.isDryRun)
    if !task.isDryRun, plan.stop == nil { write(plan, &report) }
    return .success(report)
  }

  // MARK: - The catalogue

  /// What this site has created, with whose values they are, and all addresses of the region.
  private func held() throws -> HeldCatalogue {
    let reads = try confined.reads()
    var query = ItemQuery()
    query.audience = .editors
    query.order = .oldestFirst
    query.limit = ItemQuery.maximumLimit
    query.wantsCounts = false
    var items: [HeldItem] = []
    var addresses: Set<ItemID> = []
    repeat {
      let page = try reads.items(query, .now)
      for row in page.rows {
        addresses.insert(row.id)
        guard row.id.site == site, let state = try reads.state(row.id) else { continue }
        let events = try reads.history(row.id).filter { $0.verdict == .applied }.map(\.event)
        if let item = HeldItem(state, events: events, site: site) { items.append(item) }
      }
      query.cursor = page.next
    } while query.cursor != nil
    return HeldCatalogue(site: site, kreis: kreis, items: items, addresses: addresses)
  }

  // MARK: - Writing

  private func write(_ plan: ImportPlan, _ report: inout ImportReport) {
    let steps = plan.steps.filter { $0.draft != nil }
    var start = 0
    while start < steps.count {
      let batch = steps[start..<min(start + ImportRunner.batchEvents, steps.count)]
      start = batch.endIndex
      let drafts = batch.compactMap(\.draft).map { draft in
        var draft = draft
        draft.item = draft.item ?? newItem()
        return draft
      }
      for (step, result) in zip(batch, appended(drafts)) {
        guard let reason = ImportRunner.reason(result) else {
          report.written += 1
          continue
        }
        report.failures.append(.init(entry: step.entry, reason: reason))
      }
    }
  }

  /// Why an event is none or has no effect; nil if all is well.
  private static func reason(_ result: Result<DeskPort.Written, DeskPort.Failure>) -> String? {
    switch result {
    case .success(let written):
      switch written.verdict {
      case .applied: return nil
      case .parked: return "parked: it needs a newer version"
      case .void(let reason): return "without effect: \(reason.rawValue)"
      }
    case .failure(.refused(let reason)): return "refused: \(reason)"
    case .failure(.unavailable): return "the log cannot be written now"
    }
  }

  private func appended(_ drafts: [EventDraft]) -> [Result<DeskPort.Written, DeskPort.Failure>] {
    let results = Mutex<[Result<DeskPort.Written, DeskPort.Failure>]>([])
    let done = DispatchSemaphore(value: 0)
    append(drafts) { written in
      results.withLock { $0 = written }
      done.signal()
    }
    done.wait()
    return results.withLock { $0 }
  }
}
