// What an import came to, as a value for programs and as lines for people.
// Protocols/http-api.md §3.

package import Events

/// One import that is to be done.
package struct ImportTask: Sendable {
  /// The source's bytes.
  package let bytes: [UInt8]
  /// How they are read.
  package let reader: SourceReader
  /// How far it may go.
  package let order: ImportOrder
  /// True if only the plan is asked for.
  package let isDryRun: Bool

  /// That import.
  package init(bytes: [UInt8], reader: SourceReader, order: ImportOrder, isDryRun: Bool = false) {
    self.bytes = bytes
    self.reader = reader
    self.order = order
    self.isDryRun = isDryRun
  }
}

/// A plan and what became of it.
package struct ImportReport: Sendable {
  /// An event that could not be written, or is without effect.
  package struct Failure: Sendable, Equatable {
    /// What the source calls the entry.
    package let entry: String
    /// Why.
    package let reason: String

    /// That failure.
    package init(entry: String, reason: String) {
      self.entry = entry
      self.reason = reason
    }
  }

  /// What was planned.
  package let plan: ImportPlan
  /// The name of the source.
  package let source: String
  /// The format that was read.
  package let format: ImportFormat
  /// True if nothing was to be written.
  package let isDryRun: Bool
  /// Events that are durable and have effect.
  package var written = 0
  /// What did not work, in the order of the plan.
  package var failures: [Failure] = []

  /// A report of a plan of which nothing has been carried out yet.
  package init(plan: ImportPlan, source: String, format: ImportFormat, isDryRun: Bool) {
    self.plan = plan
    self.source = source
    self.format = format
    self.isDryRun = isDryRun
  }

  /// True if all that the source says is here now, so that the same version need not be read again.
  package var isComplete: Bool { !isDryRun && failures.isEmpty && !plan.isProvisional }

  /// `2 created, 1 withdrawn`; what there is none of is not told.
  package var summary: String {
    let parts = ImportPlan.Action.allCases.compactMap { action in
      let count = plan.count(action)
      return count == 0 ? nil : "\(count) \(ImportReport.words[action] ?? action.rawValue)"
    }
    return parts.isEmpty ? "no entries" : parts.joined(separator: ", ")
  }

  private static let words: [ImportPlan.Action: String] = [
    .create: "created", .correct: "corrected", .fill: "filled", .restore: "restored",
    .withdraw: "withdrawn", .unchanged: "unchanged", .keep: "kept as edited here",
    .skip: "skipped",
  ]

  /// The report as JSON. Unchanged entries are only counted.
  package var value: FieldValue {
    let steps = plan.steps.filter { $0.action != .unchanged }.map { step -> FieldValue in
      var members: [(String, FieldValue)] = [
        ("action", .string(step.action.rawValue)), ("entry", .string(step.entry)),
        ("title", .string(step.title)), ("notes", .array(step.notes.map { .string($0) })),
        ("fields", .array((step.draft?.writes ?? []).map { .string($0.name) })),
      ]
      if let item = step.item { members.append(("item", .string(item.description))) }
      return .object(sorting: members)
    }
    return .object(sorting: [
      ("source", .string(source)), ("format", .string(format.rawValue)),
      ("dryRun", .bool(isDryRun)), ("summary", .string(summary)),
      ("stopped", plan.stop.map { .string($0.description) } ?? .null),
      (
        "counts",
        .object(
          sorting: ImportPlan.Action.allCases.map {
            ($0.rawValue, .integer(Int64(plan.count($0))))
          })
      ),
      ("steps", .array(steps)),
      ("notes", .array(plan.notes.prefix(ImportLimits.notes).map { .string($0) })),
      ("written", .integer(Int64(written))),
      (
        "failures",
        .array(
          failures.map {
            .object(sorting: [("entry", .string($0.entry)), ("reason", .string($0.reason))])
          })
      ),
    ])
  }
}
