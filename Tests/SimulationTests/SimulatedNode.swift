// A node of the simulated world: the project's own files, opened and closed as a process would, on
// a disk that can fail.

import EventLog
import Events
import Node
import Replay
import Sync
import Views

/// The wall clock of a node: wrong by an offset, and by a drift.
struct NodeClock {
  /// Milliseconds since 1970 at the beginning of the world.
  static let start: Int64 = 1_790_000_000_000
  var offset: Int64
  /// Millionths that it runs too fast.
  let drift: Int64

  func time(at now: UInt64) -> Timestamp {
    let elapsed = Int64(now)
    return Timestamp(milliseconds: Self.start + offset + elapsed + elapsed * drift / 1_000_000)
  }
}

/// What city and hub have in common.
class SimulatedNode {
  let site: SiteID
  /// Its site; of a clone another name.
  let name: String
  let role: LogRole
  let disk: Disk
  unowned let world: World
  var clock: NodeClock
  let lineKey: [UInt8]
  private var random: Seeded

  /// Rises with each start of the process.
  private(set) var run = 0
  private(set) var path: WritePath?
  private(set) var log: LogStore?
  private var logReader: LogReader?
  private var views: ViewWriter?
  /// What editors look at.
  private(set) var screen: ViewReader?
  /// When the writer's queue is done with what it was told.
  private var freeAt: UInt64 = 0
  /// When the session has heard of the last commit.
  private var toldAt: UInt64 = 0

  /// What the node must never again hold less of: it was told to somebody.
  var promisedHeads = VectorClock()
  var promisedPosition: UInt64 = 0

  /// What is being written into the views, and how many such batches there were.
  private var batch: ViewBatch?
  private var batchesTaken = 0
  private var isCatchingUp = false

  /// The last copy of the whole disk.
  var backup: Backup?

  /// What comes once, when the process is up again.
  var afterNextStart: (() -> Void)?

  /// - Parameter original: the node of which this one is a copy.
  init(
    site: SiteID, role: LogRole, world: World, random: Seeded, copyOf original: SimulatedNode? = nil
  ) {
    self.site = site
    name = original == nil ? "\(site)" : "\(site)-clone"
    self.role = role
    self.world = world
    var random = random
    let key = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
    lineKey = original?.lineKey ?? key
    disk = Disk(directory: "\(world.root)/\(name)", random: random.fork())
    clock = NodeClock(
      offset: Int64(random.number(-30_000...30_000)),
      drift: Int64(random.number(-200...200)))
    self.random = random
  }

  var isUp: Bool { path != nil }
  var time: Timestamp { clock.time(at: world.now) }
  var moment: Moment { Moment(uptimeMilliseconds: world.now, clock: time) }
  var replayer: Replayer { Replayer(directory: disk.directory, kreis: world.kreis) }

  func newInstance() -> InstanceID { InstanceID(using: &random) }
  func newSeed() -> UInt64 { random.next() }

  /// What the process does once its files are open.
  func begin(_ ends: (head: LineHead, heads: VectorClock, place: Place)) throws {}

  /// What is lost with the process.
  func end() {}

  /// Something was committed.
  func committed() throws {}

  // MARK: - Start and end

  /// Starts the process. Where that fails it is tried again later, as a supervisor does.
  func start() throws {
    guard !isUp else { return }
    disk.recover()
    world.collect(self)
    run += 1
    freeAt = world.now
    do {
      let ends = try open()
      world.note("\(site) is up: \(ends.head.seq) own events, position \(ends.place.position)")
      try world.keepsPromises(self)
      try world.work(self) { try begin(ends) }
      afterNextStart.take()?()
    } catch let failure as SimulationFailure {
      throw failure
    } catch {
      world.note("\(site) does not start: \(error)")
      guard world.isFaulty || disk.isDead else {
        throw world.failure("\(site) does not start on a sound disk: \(error)")
      }
      world.marks.insert(disk.isDead ? .diedWhileOpening : .openingFailed)
      closeFiles()
      world.collect(self)
      world.startLater(self)
    }
  }

  private func open() throws -> (head: LineHead, heads: VectorClock, place: Place) {
    let log = try LogStore(
      directory: disk.directory, site: site, lineKey: lineKey, role: role, random: random.fork())
    self.log = log
    let logReader = try LogReader(directory: disk.directory)
    self.logReader = logReader
    let views = try replayer.openCurrent()
    self.views = views
    let pending = try lastPending(logReader)
    if views.position < log.position || views.ownSeq < pending {
      world.marks.insert(.viewsBehindLog)
    }
    // Much sooner than cities do, so that it happens in the short life of a world.
    let rule = WitnessRule(milliseconds: 600_000, receipts: 25)
    let path = try WritePath(log: log, reader: logReader, views: views, witnessRule: rule)
    let ends = (path.end.head, path.heads, try path.place())
    screen = try ViewReader(path: views.path)
    self.path = path
    return ends
  }

  /// The process is gone, in whatever way.
  func closeFiles() {
    batch = nil
    batchesTaken += 1
    isCatchingUp = false
    screen?.close()
    if let path {
      path.close()
    } else {
      logReader?.close()
      views?.close()
      log?.close()
    }
    (path, screen, logReader, views, log) = (nil, nil, nil, nil, nil)
    end()
  }

  /// Ends the process in order.
  func stop() {
    guard isUp else { return }
    world.note("\(site) stops")
    world.marks.insert(.stoppedInOrder)
    repeat {
      startRows()
      endRows()
    } while batch != nil
    closeFiles()
    world.collect(self)
  }

  // MARK: - Work

  /// Hands a job to the writer's queue: one after another, each after a while.
  func onQueue(_ job: @escaping (WritePath) throws -> Void) {
    // At the hub jobs of many cities queue up behind a slow one.
    let isSlow = world.isSlow(role == .hub ? 200 : 80)
    freeAt = max(freeAt, world.now) + world.random.time(isSlow ? 50...3_000 : 1...5)
    let run = run
    world.at(freeAt) { [unowned self] in
      guard run == self.run, let path else { return }
      try world.work(self) { try job(path) }
    }
  }

  /// Tells the session of something, after what it was told before.
  func tellSoon(_ body: @escaping () throws -> Void) {
    toldAt = max(toldAt, world.now + world.random.time(0...3))
    later(toldAt - world.now, body)
  }

  /// Does something later, if the process is still the same.
  func later(_ milliseconds: UInt64, _ body: @escaping () throws -> Void) {
    let run = run
    world.at(world.now + milliseconds) { [unowned self] in
      guard run == self.run, isUp else { return }
      try world.work(self, body)
    }
  }

  /// Writes, and tells the session if the log has grown, whatever the answer. The rows follow.
  func written<T>(
    _ path: WritePath, _ write: (WritePath) throws(WriteError) -> T
  ) throws -> Result<T, WriteError> {
    waitForRows(path)
    let before = path.end
    let result = Result { () throws(WriteError) in try write(path) }
    if path.end != before, !disk.isDead { try committed() }
    startRows()
    return result
  }

  /// Where the next event must wait for the rows.
  func waitForRows(_ path: WritePath) {
    while path.mustWait, !disk.isDead {
      world.marks.insert(.waitedForRows)
      endRows()
    }
  }

  // MARK: - Rows

  /// True if the rows hold all that the log holds.
  var rowsHaveFollowed: Bool {
    guard let path, let log, let views else { return false }
    guard let logReader, let pending = try? lastPending(logReader) else { return false }
    return !path.isWriting && views.position == log.position && views.ownSeq >= pending
      && (try? logReader.branches()) == views.branches
  }

  /// The last own event without a receipt; 0 where there is none.
  private func lastPending(_ reader: LogReader) throws -> UInt64 {
    try reader.pending().last?.event.dot.seq ?? 0
  }

  /// How often the own line had been replaced when the rows were folded.
  var screenBranches: UInt64? { (try? screen?.branches()) ?? nil }

  /// An own event, and how often the own line was replaced; nil where the disk fails.
  func ownEvent(_ seq: UInt64) -> (event: Event, branches: UInt64)? {
    guard let logReader, let event = (try? logReader.event(at: Dot(site, seq)))??.event,
      let branches = try? logReader.branches()
    else { return nil }
    return (event, branches)
  }

  /// What a page with that context shows: the originals of the events that it holds, as far as the
  /// log can tell. Nil while the rows are of another branch of the line than the log.
  func originals(of item: ItemID, in context: Context) -> Set<Digest>? {
    guard let logReader, let screen, let held = try? logReader.branches(),
      (try? screen.branches()) == held, let events = try? logReader.events(of: item)
    else { return nil }
    return Set(events.map(\.event).filter { context.contains($0.dot) }.map(\.original.id))
  }

  /// Begins to write what the rows lack; meanwhile the log goes on.
  private func startRows() {
    guard let path, !disk.isDead else { return }
    guard let taken = path.takeBatch() else {
      if path.hasLostFold, !path.isWriting { catchUpLater() }
      return
    }
    batch = taken
    batchesTaken += 1
    let number = batchesTaken
    later(world.random.time(world.isSlow(300) ? 50...3_000 : 1...20)) { [unowned self] in
      if number == batchesTaken { endRows() }
    }
  }

  /// After a failure the rows catch up without waiting for the next event.
  private func catchUpLater() {
    guard !isCatchingUp else { return }
    isCatchingUp = true
    later(1_000) { [unowned self] in
      isCatchingUp = false
      guard let path else { return }
      waitForRows(path)
      do throws(WriteError) {
        try path.catchUp()
        world.marks.insert(.rowsCaughtUp)
      } catch {
        world.note("the views of \(site) do not catch up: \(error)")
      }
      startRows()
    }
  }

  private func endRows() {
    guard let taken = batch.take(), let path, let views else { return }
    do throws(ViewError) {
      try views.write(taken)
      path.finished(isWritten: true)
    } catch {
      guard !disk.isDead else { return }
      world.note("\(site) does not write the views: \(error)")
      world.marks.insert(.rowsNotWritten)
      path.finished(isWritten: false)
    }
    startRows()
  }

  /// The events of a line that this node holds, by id and by what they write again.
  func line(of site: SiteID) throws -> Set<Digest> {
    let reader = try LogReader(directory: disk.directory)
    defer { reader.close() }
    let events = try reader.line(of: site, after: 0, limit: .max).map(\.event)
    return Set(events.flatMap { [$0.id, $0.original.id] })
  }

  /// The whole log as it is, and whether it verifies.
  func verify() throws -> (report: VerifyReport, rows: [LoggedEvent], bytes: [UInt8]) {
    let reader = try LogReader(directory: disk.directory)
    defer { reader.close() }
    let rows = try reader.rows(after: 0, limit: .max)
    var bytes: [UInt8] = []
    rows.appendTransferText(to: &bytes)
    return (try reader.verify(lineKey: lineKey), try rows.decoded(), bytes)
  }
}
