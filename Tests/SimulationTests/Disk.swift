// The disk of one simulated node: real files in a folder of memory, of which it knows what has not
// been synced yet. At a power cut that is lost, kept or torn, as the seed says.
//
// What the project makes durable outside of SQLite (a rename with fsync of file and folder, the
// fsync of a finished generation) is durable here when it is done: those calls are not seen.

import CSQLite
import Glibc
import Synchronization

/// How a node loses its process.
enum CrashKind: String, Sendable {
  /// The process dies; what it wrote is in the system's memory and stays.
  case kill
  /// The machine dies: what was not synced may be gone.
  case powerCut = "power cut"
}

/// A failure that is waiting to happen: armed by the world, met by whatever the node writes next.
struct DiskFaults: Sendable {
  /// The node dies at that write, sync, truncation or removal, counted from now on.
  var crashAfter: Int?
  var crashKind = CrashKind.kill
  /// The node dies at the next sync of the log's write-ahead log: all is written, nothing synced.
  var crashesAtSync = false
  /// The next so many writes find no room.
  var fullWrites = 0
  /// That write or sync fails, counted from now on.
  var errorAfter: Int?
  /// That read fails, counted from now on.
  var readErrorAfter: Int?
}

/// One node's folder as a disk that can fail. Used by one thread, and during a rebuild by several.
final class Disk: Sendable {
  /// What a disk writes as one piece.
  static let sectorBytes = 512

  /// A change that no sync has made durable.
  private enum Change: Sendable {
    case write(offset: Int, old: [UInt8], new: [UInt8], sizeBefore: Int)
    case truncate(from: Int, to: Int, cut: [UInt8])
  }

  /// A file by the number that the system gives it: one that is made anew is another.
  private struct Record: Sendable {
    var number: UInt64
    var changes: [Change] = []
    var wasEverSynced = false
    var handles = 0
    /// Which `views.current` there was when the file was removed: to replace it syncs the folder.
    var swap: UInt64 = 0
  }

  private struct State: Sendable {
    var faults = DiskFaults()
    var isDead = false
    var crashKind = CrashKind.kill
    var files: [String: Record] = [:]
    /// Removed files that may come back, under the names by which they are kept.
    var removed: [String: Record] = [:]
    var random: Seeded
    var met: Set<Mark> = []
    var log: [String] = []
  }

  let directory: String
  private let state: Mutex<State>

  init(directory: String, random: Seeded) {
    self.directory = directory
    state = Mutex(State(random: random))
    mkdir(directory, 0o700)
    DiskVFS.attach(self)
  }

  /// The node's process is gone; only `recover` helps.
  var isDead: Bool { state.withLock { $0.isDead } }

  func arm(_ change: (inout DiskFaults) -> Void) { state.withLock { change(&$0.faults) } }

  /// Rare things that happened since the last call.
  func takeMarks() -> Set<Mark> {
    state.withLock { state in
      defer { state.met = [] }
      return state.met
    }
  }

  /// What went wrong since the last call, for the trace.
  func takeLog() -> [String] {
    state.withLock { state in
      defer { state.log = [] }
      return state.log
    }
  }

  private var crashFolder: String { directory + ".crash" }
}

// MARK: - What SQLite asks for

extension Disk {
  func noteOpened(_ name: String, path: String) {
    let number = Files.number(path)
    state.withLock { state in
      if state.files[name]?.number != number { state.files[name] = Record(number: number) }
      state.files[name]?.handles += 1
    }
  }

  /// A finished generation is synced by its builder once SQLite has closed it.
  func noteClosed(_ name: String) {
    state.withLock { state in
      guard var record = state.files[name] else { return }
      record.handles -= 1
      if record.handles == 0, !record.wasEverSynced, name.hasSuffix(".sqlite"), !state.isDead {
        record.changes = []
        record.wasEverSynced = true
      }
      state.files[name] = record
    }
  }

  func read(
    _ file: DiskFile, _ buffer: UnsafeMutableRawPointer?, _ count: Int32, _ offset: Int64
  ) -> Int32 {
    let fails = state.withLock { state in
      if state.isDead { return true }
      guard Disk.countDown(&state.faults.readErrorAfter) else { return false }
      state.met.insert(.readFailed)
      state.log.append("reading \(file.name) fails")
      return true
    }
    return fails ? SQLITE_IOERR | (1 << 8) : file.system.xRead(file.inner, buffer, count, offset)
  }

  func write(_ file: DiskFile, _ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
    state.withLock { state in
      if state.isDead { return SQLITE_IOERR }
      let crashes = Disk.countDown(&state.faults.crashAfter)
      if state.faults.fullWrites > 0, !crashes {
        state.faults.fullWrites -= 1
        state.met.insert(.diskFull)
        state.log.append("no room to write \(file.name)")
        return SQLITE_FULL
      }
      let fails = Disk.countDown(&state.faults.errorAfter)
      // What fails, or dies with its process, may have been written in part.
      let sectors = (bytes.count + Disk.sectorBytes - 1) / Disk.sectorBytes
      let isPartial = fails || (crashes && state.faults.crashKind == .kill)
      let count =
        isPartial
        ? min(state.random.number(0...sectors) * Disk.sectorBytes, bytes.count) : bytes.count
      Disk.perform(Array(bytes[..<count]), at: offset, on: file, &state)
      if crashes { die(&state, "writing \(file.name)") }
      if fails {
        state.met.insert(.writeFailed)
        state.log.append("writing \(file.name) fails")
      }
      return crashes || fails ? SQLITE_IOERR | (3 << 8) : SQLITE_OK
    }
  }

  private static func perform(
    _ new: [UInt8], at offset: Int, on file: DiskFile, _ state: inout State
  ) {
    guard !new.isEmpty else { return }
    let change = Change.write(
      offset: offset, old: file.bytes(offset..<offset + new.count), new: new,
      sizeBefore: file.size)
    state.files[file.name]?.changes.append(change)
    let code = new.withUnsafeBytes {
      file.system.xWrite(file.inner, $0.baseAddress, Int32($0.count), Int64(offset))
    }
    precondition(code == SQLITE_OK, "the memory under the simulated disk has room")
  }

  func truncate(_ file: DiskFile, to size: Int) -> Int32 {
    state.withLock { state in
      if state.isDead { return SQLITE_IOERR }
      if Disk.countDown(&state.faults.crashAfter) {
        die(&state, "cutting \(file.name)")
        return SQLITE_IOERR
      }
      let before = file.size
      guard size < before else { return SQLITE_OK }
      state.files[file.name]?.changes.append(
        .truncate(from: before, to: size, cut: file.bytes(size..<before)))
      return file.system.xTruncate(file.inner, Int64(size))
    }
  }

  func sync(_ file: DiskFile) -> Int32 {
    state.withLock { state in
      if state.isDead { return SQLITE_IOERR }
      if Disk.countDown(&state.faults.errorAfter) {
        state.met.insert(.syncFailed)
        state.log.append("syncing \(file.name) fails")
        return SQLITE_IOERR | (4 << 8)
      }
      let isLast = state.faults.crashesAtSync && file.name == "log.sqlite-wal"
      let crashes = isLast || Disk.countDown(&state.faults.crashAfter)
      // Before or after the data got through.
      if !crashes || !isLast && state.random.chance(500) {
        // SQLite syncs the folder with the first sync of a journal or a write-ahead log.
        if state.files[file.name]?.wasEverSynced == false, !file.name.hasSuffix(".sqlite") {
          syncFolder(&state)
        }
        state.files[file.name]?.changes = []
        state.files[file.name]?.wasEverSynced = true
      }
      if crashes { die(&state, "syncing \(file.name)") }
      return crashes ? SQLITE_IOERR : SQLITE_OK
    }
  }

  /// What was removed is gone for good.
  private func syncFolder(_ state: inout State) {
    for record in state.removed.values { unlink("\(directory)/.removed-\(record.number)") }
    state.removed = [:]
  }

  func delete(_ name: String) -> Int32 {
    state.withLock { state in
      if state.isDead { return SQLITE_IOERR }
      if Disk.countDown(&state.faults.crashAfter) {
        die(&state, "removing \(name)")
        return SQLITE_IOERR
      }
      let path = "\(directory)/\(name)"
      if var record = state.files.removeValue(forKey: name) {
        record.swap = Files.number("\(directory)/views.current")
        if let older = state.removed[name] { unlink("\(directory)/.removed-\(older.number)") }
        link(path, "\(directory)/.removed-\(record.number)")
        state.removed[name] = record
      }
      if unlink(path) == 0 { return SQLITE_OK }
      return errno == ENOENT ? SQLITE_IOERR | (23 << 8) : SQLITE_IOERR | (10 << 8)
    }
  }

  /// True if the count has come to its end; then it is over.
  private static func countDown(_ count: inout Int?) -> Bool {
    guard let left = count else { return false }
    count = left > 1 ? left - 1 : nil
    return left <= 1
  }
}

// MARK: - Crashes

extension Disk {
  /// The process dies now, between two writes.
  func crash(_ kind: CrashKind) {
    state.withLock { state in
      guard !state.isDead else { return }
      state.faults.crashKind = kind
      die(&state, "at rest")
    }
  }

  /// What the dying process still does to its files must not count: the files as they are get
  /// second names in a folder of their own.
  private func die(_ state: inout State, _ place: String) {
    state.isDead = true
    state.crashKind = state.faults.crashKind
    state.faults = DiskFaults()
    state.log.append("\(state.crashKind.rawValue) \(place)")
    Files.removeFolder(crashFolder)
    mkdir(crashFolder, 0o700)
    for name in Files.names(in: directory) where !name.hasSuffix("-shm") {
      link("\(directory)/\(name)", "\(crashFolder)/\(name)")
    }
  }

  /// The machine is there again. Every connection to the disk must be closed.
  func recover() {
    state.withLock { state in
      guard state.isDead else { return }
      state.isDead = false
      Files.removeFolder(directory)
      rename(crashFolder, directory)
      for name in state.files.keys { state.files[name]?.handles = 0 }
      if state.crashKind == .powerCut { cutPower(&state) }
    }
  }

  private func cutPower(_ state: inout State) {
    for name in state.removed.keys.sorted() { comeBack(name, &state) }
    let style = state.random.number(0...3)
    for name in state.files.keys.sorted() {
      let path = "\(directory)/\(name)"
      guard var record = state.files[name], record.number == Files.number(path) else { continue }
      resolve(&record, path, style, &state)
      state.files[name] = record
    }
  }

  /// A removal that the folder had not made durable.
  private func comeBack(_ name: String, _ state: inout State) {
    guard let record = state.removed.removeValue(forKey: name) else { return }
    let kept = "\(directory)/.removed-\(record.number)"
    let isSynced = record.swap != Files.number("\(directory)/views.current")
    if !isSynced, state.random.chance(500) {
      unlink("\(directory)/\(name)")
      rename(kept, "\(directory)/\(name)")
      state.files[name] = record
      state.met.insert(.removedFileCameBack)
      state.log.append("\(name) is there again")
    } else {
      unlink(kept)
    }
  }

  /// Back to what was synced, and from there some of what came after.
  private func resolve(_ record: inout Record, _ path: String, _ style: Int, _ state: inout State) {
    let changes = record.changes
    record.changes = []
    guard !changes.isEmpty else { return }
    guard let file = RawFile(path) else { return }
    defer { file.close() }
    for change in changes.reversed() {
      switch change {
      case .write(let offset, let old, _, let sizeBefore):
        file.write(old, at: offset)
        file.setSize(max(sizeBefore, 0))
      case .truncate(_, let size, let cut): file.write(cut, at: size)
      }
    }
    let prefix = state.random.number(0...changes.count)
    var kept = 0
    for (index, change) in changes.enumerated() {
      let isKept =
        switch style {
        case 0: false
        case 1: true
        case 2: index < prefix
        default: state.random.chance(500)
        }
      let isTorn =
        !isKept && (style == 3 ? state.random.chance(200) : style == 2 && index == prefix)
      guard isKept || isTorn else { continue }
      kept += 1
      switch change {
      case .write(let offset, _, let new, _):
        let sectors = new.count / Disk.sectorBytes
        let count = isTorn ? state.random.number(0...sectors) * Disk.sectorBytes : new.count
        file.write(Array(new[..<min(count, new.count)]), at: offset)
        if isTorn, count > 0, count < new.count { state.met.insert(.tornWrite) }
      case .truncate(_, let size, _): if isKept { file.setSize(size) }
      }
    }
    if kept < changes.count { state.met.insert(.lostWrite) }
    let name = path.split(separator: "/").last ?? ""
    state.log.append("\(kept) of \(changes.count) unsynced changes of \(name) are left")
  }

  /// Every file as it is now, as a snapshot of the machine has it.
  func copy() -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    let names = Files.names(in: directory)
    for name in names where !name.hasSuffix("-shm") && !name.hasPrefix(".") {
      files[name] = Files.bytes("\(directory)/\(name)")
    }
    return files
  }

  /// Another disk with those files takes the place of this one. Every connection must be closed.
  func replace(with files: [String: [UInt8]]) {
    state.withLock { state in
      precondition(!state.isDead, "a machine is there before its disk is restored")
      Files.removeFolder(directory)
      mkdir(directory, 0o700)
      (state.files, state.removed, state.faults) = ([:], [:], DiskFaults())
      for (name, bytes) in files { Files.write(bytes, to: "\(directory)/\(name)") }
    }
  }

  /// The folder is no longer needed.
  func destroy() {
    DiskVFS.detach(self)
    Files.removeFolder(directory)
    Files.removeFolder(crashFolder)
  }
}
