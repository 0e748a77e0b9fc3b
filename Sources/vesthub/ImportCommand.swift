// `import`: brings what a city's own site publishes into its running node. Protocols/import.md §7.

import Catalogue
import Desk
import Events
import Foundation
import Importers
import Node

extension Command {
  /// Imports a file or an address.
  static let importSource = Command(
    name: "import", synopsis: "FILE|URL --data DIR [--kind KIND] [--format FORMAT] [--dry-run]",
    summary: "Import a feed, a calendar or a table into the running node",
    options: [
      ("--data", "the data directory of the running node"),
      ("--kind", "what the entries become: news, date or project (what they say)"),
      ("--format", "rss, atom, ics, csv or jsonl (look)"),
      ("--source", "what the source is called in every run (the file's name, the URL's host)"),
    ],
    flags: [
      ("--dry-run", "show the plan and write nothing"),
      ("--force", "withdraw what is gone, however much it is"),
      ("--whole", "the feed tells all that it has: what is missing is gone"),
      ("--foreign", "take over items of an export that other publishers lead"),
      ("--json", "the plan as one JSON object"),
    ],
    examples: [
      "vesthub import https://www.marl.de/feed --data /var/lib/vesthub --dry-run",
      "vesthub import termine.ics --data /var/lib/vesthub",
      "vesthub import export.csv --source liste --data /var/lib/vesthub",
    ]
  ) { arguments in
    let operand = try arguments.exactly(["FILE|URL"])[0]
    let directory = try arguments.required("--data", "which node?")
    let isAddress = operand.contains("://")
    let name =
      arguments["--source"]
      ?? (isAddress
        ? ScheduledImport.name(of: operand) : URL(fileURLWithPath: operand).lastPathComponent)
    guard ImportOrder(source: name) != nil else {
      throw UsageError("--source: \(ImportError.badSourceName)")
    }
    if let kind = arguments["--kind"], ItemKind(rawValue: kind) == nil {
      throw UsageError("\"\(kind)\" is no kind: news, date or project")
    }
    if let format = arguments["--format"], ImportFormat(rawValue: format) == nil {
      throw UsageError("--format: \(ImportError.noSuchFormat(format))")
    }
    let configuration = try DataDirectory.configuration(at: directory)
    let source = try ImportedSource(operand, isAddress: isAddress)
    let report = try ImportClient(configuration, directory: directory)
      .send(source, named: name, arguments)
    if arguments.has("--json") {
      Terminal.print(report.canonicalText)
    } else {
      for line in PlanText.lines(report) { Terminal.print(line) }
    }
    return PlanText.isClean(report) ? .success : .finding
  }
}

/// The bytes of a file or an address.
private struct ImportedSource {
  let bytes: [UInt8]
  /// Where relative links lead from.
  let address: String?

  init(_ operand: String, isAddress: Bool) throws {
    guard isAddress else {
      address = nil
      guard let handle = FileHandle(forReadingAtPath: operand),
        let data = try handle.read(upToCount: ImportLimits.sourceBytes + 1)
      else { throw ImportFailure("cannot read \(operand): check that the file exists") }
      guard data.count <= ImportLimits.sourceBytes else {
        throw ImportError.tooLarge(limit: ImportLimits.sourceBytes)
      }
      bytes = [UInt8](data)
      return
    }
    switch try SourceFetch.getAndWait(operand).get() {
    case .content(let bytes, let address, _, _):
      self.bytes = bytes
      self.address = address
    case .unchanged: throw ImportFailure("the source answered 304 to a plain question")
    }
  }
}

/// Speaks to the running node with a token that ends with the command.
private struct ImportClient {
  private let base: String
  private let directory: String

  /// What the desk calls the command among its programs.
  private static let program = "vesthub import"
  /// Ten thousand new items take some time on a slow disk.
  private static let deadlineSeconds = 300.0

  init(_ configuration: Configuration, directory: String) throws {
    let (host, port) = try configuration.address()
    // A node that listens everywhere listens here, too.
    let near = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
    base = "http://\(near.contains(":") ? "[\(near)]" : near):\(port)"
    self.directory = directory
  }

  func send(
    _ source: ImportedSource, named name: String, _ arguments: Arguments
  ) throws -> FieldValue {
    var components = URLComponents()
    var query = [URLQueryItem(name: "source", value: name)]
    for option in ["kind", "format"] {
      if let value = arguments["--" + option] { query.append(.init(name: option, value: value)) }
    }
    if let address = source.address { query.append(.init(name: "address", value: address)) }
    for (flag, parameter) in [
      ("--dry-run", "dryRun"), ("--force", "force"), ("--whole", "whole"),
      ("--foreign", "foreign"),
    ] where arguments.has(flag) { query.append(.init(name: parameter, value: "true")) }
    components.queryItems = query
    // A plus is a space to those who read queries as forms.
    let text = (components.percentEncodedQuery ?? "").replacing("+", with: "%2B")
    let desk = try DeskStore(directory: directory)
    let token = try desk.token(for: ImportClient.program, now: .now)
    defer { try? desk.revokeTokens(of: ImportClient.program, now: .now) }
    let result = HTTPClient.sendAndWait(
      "POST", "\(base)/api/v1/imports?\(text)",
      headers: [
        "Authorization": "Bearer \(token)", "Content-Type": "application/octet-stream",
      ], body: source.bytes, deadlineSeconds: ImportClient.deadlineSeconds)
    guard let reply = try? result.get() else {
      throw ImportFailure(
        "the node does not answer at \(base): start it with `vesthub city` or `vesthub hub`")
    }
    guard let answer = try? FieldValue(canonical: reply.body) else {
      throw ImportFailure("the node answered with status \(reply.status) and no report")
    }
    guard reply.status == 200 else {
      let words = answer["detail"]?.text ?? answer["title"]?.text ?? "status \(reply.status)"
      throw ImportFailure(words)
    }
    return answer
  }
}

/// The import could not be done; the text says why and what to do.
private struct ImportFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A report as lines for people.
private enum PlanText {
  /// True if nothing in it needs a person.
  static func isClean(_ report: FieldValue) -> Bool {
    report["stopped"] == .null && report["failures"]?.elements?.isEmpty == true
      && report["counts"]?["skip"]?.number == 0
  }

  static func lines(_ report: FieldValue) -> [String] {
    var lines: [String] = []
    for step in report["steps"]?.elements ?? [] {
      let action = step["action"]?.text ?? ""
      let mark = action.padding(toLength: 9, withPad: " ", startingAt: 0)
      let item = step["item"]?.text.map { "  \($0)" } ?? ""
      lines.append("\(mark) \(step["title"]?.text ?? "")\(item)")
      let fields = (step["fields"]?.elements ?? []).compactMap(\.text)
      if action == "correct" || action == "fill" || action == "restore" {
        lines.append("          \(fields.joined(separator: ", "))")
      }
      for note in step["notes"]?.elements ?? [] { lines.append("          ! \(note.text ?? "")") }
    }
    for note in report["notes"]?.elements ?? [] { lines.append("! \(note.text ?? "")") }
    for failure in report["failures"]?.elements ?? [] {
      lines.append("FAILED    \(failure["entry"]?.text ?? ""): \(failure["reason"]?.text ?? "")")
    }
    if let stop = report["stopped"]?.text { return lines + ["STOPPED   \(stop) (--force)."] }
    let summary = report["summary"]?.text ?? ""
    let isDry = report["dryRun"] == true
    lines.append(
      isDry
        ? "Plan: \(summary). Nothing was written (--dry-run)."
        : "\(report["source"]?.text ?? ""): \(summary); "
          + "\(report["written"]?.number ?? 0) events written")
    return lines
  }
}
