// The simulated disk does what it says: what is synced stays, what is not may go, and files of
// others are left alone.

import Events
import Glibc
import SQLite
import Testing

@Suite struct DiskTests {
  /// A disk, and a database on it.
  private final class Bench {
    let disk: Disk
    private(set) var connection: Connection?

    init(_ name: String, seed: UInt64) throws {
      Files.makeFolder("\(Campaign.root)/bench")
      disk = Disk(directory: "\(Campaign.root)/bench/\(name)-\(seed)", random: Seeded(seed))
      try open()
      try connection?.execute("CREATE TABLE numbers(n INTEGER PRIMARY KEY) STRICT")
    }

    deinit {
      connection?.close()
      disk.destroy()
      // Succeeds for the last one alone.
      rmdir("\(Campaign.root)/bench")
      rmdir(Campaign.root)
    }

    func open() throws {
      let opened = try Connection(path: "\(disk.directory)/test.sqlite", mode: .readWrite)
      try opened.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
      connection = opened
    }

    func write(_ number: Int) throws {
      guard let connection else { return }
      try connection.write {
        try connection.statement("INSERT INTO numbers VALUES(?1)").run(number)
      }
    }

    func crash(_ kind: CrashKind) throws {
      disk.crash(kind)
      connection?.close()
      disk.recover()
      try open()
    }

    func count() throws -> Int {
      try connection?.integer("SELECT count(*) FROM numbers") ?? 0
    }
  }

  @Test(arguments: UInt64(1)...20) func whatIsSyncedOutlastsAPowerCut(seed: UInt64) throws {
    let bench = try Bench("synced", seed: seed)
    for number in 1...5 { try bench.write(number) }
    try bench.crash(.powerCut)
    #expect(try bench.count() == 5)
  }

  @Test func whatIsNotSyncedMayGoAndMayStay() throws {
    var counts: Set<Int> = []
    for seed in UInt64(1)...40 {
      let bench = try Bench("unsynced", seed: seed)
      try bench.write(0)
      try bench.connection?.execute("PRAGMA synchronous = OFF")
      for number in 1...5 { try bench.write(number) }
      try bench.crash(.powerCut)
      let count = try bench.count()
      #expect((1...6).contains(count))
      counts.insert(count)
    }
    #expect(counts.isSuperset(of: [1, 6]) && counts.count > 2)
  }

  @Test func aKilledProcessLosesNothingThatItWrote() throws {
    let bench = try Bench("killed", seed: 1)
    try bench.connection?.execute("PRAGMA synchronous = OFF")
    for number in 1...5 { try bench.write(number) }
    try bench.crash(.kill)
    #expect(try bench.count() == 5)
    // It is not on the disk for all that.
    #expect(bench.disk.takeMarks().isEmpty)
  }

  @Test func aDeadDiskTakesNothingMore() throws {
    let bench = try Bench("dead", seed: 1)
    bench.disk.arm { $0.crashAfter = 1 }
    #expect(throws: SQLiteError.self) { try bench.write(1) }
    #expect(bench.disk.isDead)
    #expect(throws: SQLiteError.self) { try bench.write(2) }
    try bench.crash(.kill)
    #expect(try bench.count() == 0)
  }

  @Test func aFullDiskRefusesAndGoesOn() throws {
    let bench = try Bench("full", seed: 1)
    bench.disk.arm { $0.fullWrites = 1 }
    #expect(throws: SQLiteError.full) { try bench.write(1) }
    try bench.write(2)
    #expect(try bench.count() == 1)
  }

  @Test func filesOfOthersPassThrough() throws {
    let bench = try Bench("beside", seed: 1)
    let path = "\(Campaign.root)/bench/other.sqlite"
    let other = try Connection(path: path, mode: .readWrite)
    bench.disk.crash(.powerCut)
    try other.execute("CREATE TABLE numbers(n INTEGER PRIMARY KEY) STRICT")
    #expect(try other.integer("SELECT count(*) FROM numbers") == 0)
    other.close()
    unlink(path)
  }
}
