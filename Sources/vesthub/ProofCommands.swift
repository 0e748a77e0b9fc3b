// `checkpoint`, `prove`, `check-proof`: what the hub promises of its order, and texts by which a
// stranger can check it without the log. Protocols/tree.md.

import EventLog
import Events
import Foundation
import Node
import Sync

extension Command {
  /// Prints the tree that a log has.
  static let checkpoint = Command(
    name: "checkpoint", synopsis: "--data DIR",
    summary: "Print the checkpoint of a log: region, size and root of its tree",
    options: [("--data", "the node's data directory, or a copy of it")],
    examples: ["vesthub checkpoint --data /var/lib/vesthub > checkpoint.txt"]
  ) { arguments in
    _ = try arguments.exactly([])
    let directory = try arguments.required("--data", "which log?")
    let region = try DataDirectory.regionOfNode(at: directory)
    let head = try LogReader(directory: directory).treeHead()
    Terminal.write(Checkpoint(region: region.description, head: head).text)
    return .success
  }

  /// Prints a proof.
  static let prove = Command(
    name: "prove", synopsis: "DOT --data DIR | --consistency FROM TO --data DIR",
    summary: "Print a proof that an event is in the order, or that the order only grew",
    options: [("--data", "the node's data directory, or a copy of it")],
    flags: [("--consistency", "prove that the tree of size TO begins with that of size FROM")],
    examples: [
      "vesthub prove herten:42 --data /var/lib/vesthub > herten-42.proof",
      "vesthub prove --consistency 1000 2000 --data /var/lib/vesthub",
    ]
  ) { arguments in
    let directory = try arguments.required("--data", "which log?")
    let region = try DataDirectory.regionOfNode(at: directory).description
    let log = try LogReader(directory: directory)
    if arguments.has("--consistency") {
      let sizes = try arguments.exactly(["FROM", "TO"])
      guard let old = UInt64(sizes[0]), let new = UInt64(sizes[1]), old >= 1, old <= new else {
        throw UsageError("FROM and TO are sizes of trees, from 1, FROM not beyond TO")
      }
      guard let found = try log.consistency(from: old, to: new) else {
        Terminal.note("the order ends at \(try log.position()), before \(new)")
        return .finding
      }
      let proof = ConsistencyProof(
        path: found.path, old: Checkpoint(region: region, head: found.old),
        new: Checkpoint(region: region, head: found.new))
      Terminal.write(ProofText.consistency(proof).text)
      return .success
    }
    let operand = try arguments.exactly(["DOT"])[0]
    guard let dot = Dot(operand) else {
      throw UsageError("\"\(operand)\" is no event, as herten:42")
    }
    guard let found = try log.inclusion(of: dot) else {
      Terminal.note("\(dot) has no receipt here: it is not in the order, or not yet")
      return .finding
    }
    let proof = InclusionProof(
      receipt: found.receipt.line, index: found.receipt.position - 1, path: found.path,
      checkpoint: Checkpoint(region: region, head: found.head))
    Terminal.write(ProofText.inclusion(proof).text)
    return .success
  }

  /// Checks a proof.
  static let checkProof = Command(
    name: "check-proof", synopsis: "FILE [--event FILE]",
    summary: "Check a proof; needs no log and no network",
    options: [("--event", "the text of the event that it is to be of")],
    examples: ["vesthub check-proof herten-42.proof --event herten-42.txt"]
  ) { arguments in
    let file = try arguments.exactly(["FILE"])[0]
    let text = String(decoding: try bytes(of: file), as: UTF8.self)
    let event = try arguments["--event"].map { try bytes(of: $0) }
    do throws(ProofError) {
      switch try ProofText(text) {
      case .inclusion(let proof):
        let receipt = if let event { try proof.check(event: event) } else { try proof.check() }
        Terminal.print("good: \(receipt.dot) is at position \(receipt.position)")
        Terminal.print("id        \(receipt.id.hex)")
        Terminal.print("received  \(receipt.received)")
        Terminal.print("in the tree of this checkpoint, which must come to you by another way:")
        Terminal.write(proof.checkpoint.text)
      case .consistency(let proof):
        try proof.check()
        Terminal.print(
          "good: the tree of size \(proof.new.head.size) begins with that of size "
            + "\(proof.old.head.size)")
        Terminal.write(proof.old.text + proof.new.text)
      }
      return .success
    } catch {
      Terminal.print("not proved: \(error)")
      return .finding
    }
  }

  /// The bytes of a file that the command line names.
  static func bytes(of file: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw UsageError("\(file) cannot be read")
    }
    return Array(data)
  }
}
