// `status`, `verify`, `evidence`, `export`: what a log holds and whether it is whole. They only
// read, also beside a running node.

import EventLog
import Events
import Foundation
import Node
import Replay
import Sync
import Views

extension Command {
  /// Says how far a node is.
  static let status = Command(
    name: "status", synopsis: "--data DIR [--json]",
    summary: "Say how far a node is: heads, position, digest, what waits",
    options: [("--data", "the node's data directory")],
    flags: [("--json", "as one JSON object")]
  ) { arguments in
    _ = try arguments.exactly([])
    let directory = try arguments.required("--data", "which node?")
    let configuration = try DataDirectory.configuration(at: directory)
    let log = try LogReader(directory: directory)
    let heads = try log.heads()
    let waiting = try log.pending().count
    let generations = Generations(directory: directory)
    let views = try ViewReader(path: generations.path(of: generations.current() ?? 0))
    let digest = try views.digest().hex
    if arguments.has("--json") {
      let lines: [(String, FieldValue)] = heads.entries.map {
        ($0.site.description, .integer(Int64($0.seq)))
      }
      let all: FieldValue = .object(sorting: [
        ("role", .string(configuration.role.rawValue)), ("site", .string(configuration.site)),
        ("heads", .object(sorting: lines)), ("digest", .string(digest)),
        ("position", .integer(Int64(try log.position()))),
        ("viewPosition", .integer(Int64(try views.position()))),
        ("waiting", .integer(Int64(waiting))),
      ])
      Terminal.print(all.canonicalText)
      return .success
    }
    Terminal.print("\(configuration.role.rawValue) \(configuration.site)")
    Terminal.print("position  \(try log.position()) (views at \(try views.position()))")
    Terminal.print("waiting   \(waiting)")
    Terminal.print("digest    \(digest)")
    for dot in heads.entries { Terminal.print("line      \(dot.site) up to \(dot.seq)") }
    return .success
  }

  /// Checks a log.
  static let verify = Command(
    name: "verify", synopsis: "--data DIR [--checkpoint FILE]",
    summary: "Check every chain, commitment, receipt and the tree; name the first bad event",
    options: [
      ("--data", "the node's data directory, or a copy of it"),
      ("--checkpoint", "a checkpoint that was kept elsewhere: the log must begin with its tree"),
    ]
  ) { arguments in
    _ = try arguments.exactly([])
    let directory = try arguments.required("--data", "which log?")
    let kept = try arguments["--checkpoint"].map {
      try Checkpoint(String(decoding: try bytes(of: $0), as: UTF8.self))
    }
    let log = try LogReader(directory: directory)
    let report = try log.verify(lineKey: try? DataDirectory.lineKey(at: directory))
    if let fault = report.fault {
      Terminal.print("damaged: \(fault)")
      Terminal.print(
        "\(report.events) events and \(report.receipts) receipts before it are good; keep the "
          + "file aside and restore from a backup or from the hub")
      return .finding
    }
    Terminal.print("whole: \(report.events) events, \(report.receipts) receipts")
    for dot in report.heads.entries { Terminal.print("line \(dot.site) up to \(dot.seq)") }
    Terminal.print("tree of \(report.tree.size) receipts: \(report.tree.root.hex)")
    let doubts = try doubts(about: log, report, kept, directory)
    for doubt in doubts { Terminal.print(doubt) }
    return doubts.isEmpty ? .success : .finding
  }

  /// What speaks against a log that is whole by itself: others say that it was another one.
  private static func doubts(
    about log: LogReader, _ report: VerifyReport, _ kept: Checkpoint?, _ directory: String
  ) throws -> [String] {
    var doubts = report.contradicted.map {
      "contradicted: \($0) confirms a tree that is not that of the receipts here: the order was "
        + "rewritten, or that site speaks of another one"
    }
    doubts += try log.contradictions().map { at, both in
      "contradicted: at \(at) the hub stated the tree \(both.told.root.hex) of \(both.told.size) "
        + "receipts; those that it gave make \(both.held.root.hex) of \(both.held.size)"
    }
    if let kept {
      let region = try DataDirectory.regionOfNode(at: directory).description
      let isLong = kept.head.size <= report.tree.size
      let head = isLong ? try log.treeHead(at: kept.head.size) : report.tree
      if kept != Checkpoint(region: region, head: head) {
        doubts.append(
          isLong
            ? "contradicted: the checkpoint of size \(kept.head.size) is not that of this log"
            : "contradicted: the checkpoint has \(kept.head.size) receipts, this log "
              + "\(report.tree.size): its end is missing")
      }
    }
    return doubts
  }

  /// Prints the proofs that a line has parted.
  static let evidence = Command(
    name: "evidence", synopsis: "--data DIR",
    summary: "Print both headers of each place of a line of which two events are known",
    options: [("--data", "the node's data directory, or a copy of it")]
  ) { arguments in
    _ = try arguments.exactly([])
    let directory = try arguments.required("--data", "which log?")
    for proof in try LogReader(directory: directory).forkProofs() {
      Terminal.print("\(proof.dot)")
      Terminal.print(String(decoding: proof.held, as: UTF8.self))
      Terminal.print(String(decoding: proof.other, as: UTF8.self))
    }
    return .success
  }

  /// Writes a log as text.
  static let export = Command(
    name: "export", synopsis: "--data DIR",
    summary: "Write all events and receipts as one text to standard output",
    options: [("--data", "the node's data directory")],
    examples: ["vesthub export --data /var/lib/vesthub > log.txt"]
  ) { arguments in
    _ = try arguments.exactly([])
    let directory = try arguments.required("--data", "which log?")
    try LogReader(directory: directory).export { Terminal.write($0) }
    return .success
  }
}
