// What can go wrong while the views are rebuilt. The generation that serves is never touched.

package import EventLog
package import Views

/// Why a rebuild gave no new generation. The old one goes on serving.
package enum ReplayError: Error, Equatable, Sendable {
  /// The log cannot be read.
  case log(LogError)
  /// The new generation cannot be written or read.
  case views(ViewError)
  /// A file of the data folder cannot be written, renamed or removed; the system's reason.
  case file(path: String, reason: String)
  /// The caller ended it.
  case cancelled
  /// The log has no events under the name that the views are to have; the folder has no views.
  case noGeneration(directory: String)

  init(wrapping error: any Error) {
    switch error {
    case let error as ReplayError: self = error
    case let error as LogError: self = .log(error)
    case let error as ViewError: self = .views(error)
    default: preconditionFailure("a rebuild threw an error that is none of its own: \(error)")
    }
  }
}

extension ReplayError: CustomStringConvertible {
  /// What happened, in one clause.
  package var description: String {
    switch self {
    case .log(let error): error.description
    case .views(let error): error.description
    case .file(let path, let reason): "\(path) cannot be written: \(reason)"
    case .cancelled: "the rebuild was cancelled"
    case .noGeneration(let directory): "\(directory) has no views yet"
    }
  }

  /// What an operator does next.
  package var hint: String {
    switch self {
    case .log(let error): error.hint
    case .views(let error): error.hint
    case .file: "Check owner, mode and free space of the data folder, then run `vesthub replay`."
    case .cancelled: "Run `vesthub replay` again when it suits; nothing was changed."
    case .noGeneration: "Run `vesthub replay` once; the node also does so when it starts."
    }
  }
}
