// `replay`: builds the read views anew from the log and compares the digests.

import EventLog
import Events
import Foundation
import Node
import Replay
import Views

extension Command {
  /// Rebuilds the views.
  static let replay = Command(
    name: "replay", synopsis: "--data DIR [--views DIR]",
    summary: "Rebuild the read views from the log and compare the digests",
    options: [
      ("--data", "the node's data directory; the node must be stopped"),
      ("--views", "build into another folder instead, also beside a running node"),
    ],
    examples: [
      "vesthub replay --data /var/lib/vesthub", "vesthub replay --data D --views /tmp/new",
    ]
  ) { arguments in
    _ = try arguments.exactly([])
    let directory = try arguments.required("--data", "which log?")
    // A node that runs would go on serving the generation that it has open.
    let lock =
      arguments["--views"] == nil ? try DataDirectory(path: directory, configuration: nil) : nil
    defer { withExtendedLifetime(lock) {} }
    if let folder = arguments["--views"] {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let start = Date()
    let isTerminal = isatty(STDERR_FILENO) == 1
    let replayer = Replayer(
      directory: directory, views: arguments["--views"],
      kreis: try RegionFile.settle(in: directory, asked: nil).kreis)
    let outcome = try replayer.rebuild { progress in
      if isTerminal {
        let text = "\r\(progress.step) \(progress.done) of \(progress.total)      "
        Terminal.write(text, to: STDERR_FILENO)
      }
      return true
    }
    if isTerminal { Terminal.note("") }
    let seconds = Date().timeIntervalSince(start)
    Terminal.print(
      "generation \(outcome.generation): \(outcome.items) items at position \(outcome.position) "
        + String(format: "in %.2f s", seconds))
    Terminal.print("digest \(outcome.digest.hex)")
    guard outcome.isConsistent else {
      Terminal.print("the views before had another digest, \(outcome.oldDigest?.hex ?? "none")")
      return .finding
    }
    return .success
  }
}
