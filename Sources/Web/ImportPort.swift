// How imports are asked for, and how the regular ones stand: what Node hands in.

package import Desk
package import Importers

/// Imports of this node.
package struct ImportPort: Sendable {
  /// Why there is no report.
  package enum Failure: Error, Sendable, Equatable {
    /// The source cannot be taken.
    case source(ImportError)
    /// The catalogue cannot be read now, or the node stops.
    case unavailable
  }

  /// What became of an import.
  package typealias Completion = @Sendable (Result<ImportReport, Failure>) -> Void

  /// Plans and, unless it is a dry run, writes; the completion comes once, from any thread.
  package let run: @Sendable (ImportTask, @escaping Completion) -> Void
  /// The last run of each regular import, in the order of the configuration.
  package let records: @Sendable () -> [ImportRecord]

  /// Those functions.
  package init(
    run: @escaping @Sendable (ImportTask, @escaping Completion) -> Void,
    records: @escaping @Sendable () -> [ImportRecord]
  ) {
    self.run = run
    self.records = records
  }
}
