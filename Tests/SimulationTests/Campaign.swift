// Many seeds, on all cores: each is run twice, and what rare paths they took is gathered.

import Dispatch
import Glibc
import Synchronization

/// What a range of seeds came to.
struct Campaign: Sendable {
  let seeds: Range<UInt64>
  let steps: Int
  /// True if each seed is run twice and the traces compared.
  var isDoubled = true

  struct Outcome: Sendable {
    var seedsRun = 0
    var stepsDone = 0
    var failures: [SimulationFailure] = []
    /// In how many seeds each mark was met.
    var marks: [Mark: Int] = [:]

    var missing: [Mark] { Mark.allCases.filter { marks[$0] == nil } }

    var summary: String {
      let counts = Mark.allCases.map { "\($0) \(marks[$0, default: 0])" }.joined(separator: ", ")
      return "\(seedsRun) seeds, \(stepsDone) steps; seeds with each mark: \(counts)"
    }
  }

  /// After so many seeds that failed the rest tells nothing new.
  static let maximumFailures = 3

  /// The folder of the simulated disks: in memory where there is one.
  static let root: String = {
    let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    return "\(base)/vesthub-simulation-\(getpid())"
  }()

  func run() -> Outcome {
    let next = Mutex(seeds.lowerBound)
    let outcome = Mutex(Outcome())
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    DispatchQueue.concurrentPerform(iterations: cores) { _ in
      while true {
        let seed = next.withLock { next in
          defer { next += 1 }
          return next
        }
        guard seed < seeds.upperBound,
          outcome.withLock({ $0.failures.count < Self.maximumFailures })
        else { return }
        let result = Result { () throws(SimulationFailure) in try run(seed) }
        outcome.withLock { $0.add(result) }
      }
    }
    rmdir(Self.root)
    return outcome.withLock { $0 }
  }

  struct Run: Sendable {
    let trace: Trace
    let marks: Set<Mark>
    let steps: Int
  }

  /// One seed, once or twice.
  func run(_ seed: UInt64) throws(SimulationFailure) -> Run {
    let first = try once(seed)
    guard isDoubled else { return first }
    let second = try once(seed)
    guard first.trace.hash == second.trace.hash else {
      throw SimulationFailure(
        seed: seed, steps: steps,
        fact: "two runs part: \(first.trace.firstDifference(from: second.trace))",
        lines: first.trace.lines)
    }
    return first
  }

  /// A world from its beginning to its judgement.
  func once(_ seed: UInt64) throws(SimulationFailure) -> Run {
    let world = World(seed: seed, steps: steps, root: "\(Self.root)/\(seed)")
    defer { world.destroy() }
    do {
      try world.begin()
      _ = try world.run { world.stepsDone >= steps }
      try world.heal()
      try world.judge()
    } catch let failure as SimulationFailure {
      throw failure
    } catch {
      throw world.failure("an error that nobody expects: \(String(reflecting: error))")
    }
    return Run(trace: world.trace, marks: world.marks, steps: world.stepsDone)
  }
}

extension Campaign.Outcome {
  fileprivate mutating func add(_ result: Result<Campaign.Run, SimulationFailure>) {
    switch result {
    case .success(let run):
      seedsRun += 1
      stepsDone += run.steps
      for mark in run.marks { marks[mark, default: 0] += 1 }
    case .failure(let failure): failures.append(failure)
    }
  }
}
