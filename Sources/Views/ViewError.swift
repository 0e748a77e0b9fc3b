// What can go wrong with the views. They are disposable: replay builds them anew.

import Catalogue
package import Events
package import SQLite

/// A failure of the views.
package enum ViewError: Error, Equatable, Sendable {
  /// The database refused.
  case database(SQLiteError)
  /// The file was written by another schema or under other rules: replay builds a new generation.
  case outdated(schema: Int, rules: UInt64)
  /// A stored state of an item cannot be read: replay builds a new generation.
  case damaged(ItemID)
  /// A cursor that no page gave.
  case badCursor
  /// The log gave no events for an item that is to be folded anew.
  case refoldFailed(ItemID, String)

  /// Any failure of a body that reads or writes the views.
  init(wrapping error: any Error) {
    switch error {
    case let error as ViewError: self = error
    case let error as SQLiteError: self = .database(error)
    // Only the membership is decoded where no item is named.
    case is ItemStateError: self = .outdated(schema: 0, rules: 0)
    default: preconditionFailure("the views threw an error that is none of theirs: \(error)")
    }
  }
}

extension ViewError: CustomStringConvertible {
  /// What happened, in one clause.
  package var description: String {
    switch self {
    case .database(let error): error.description
    case .outdated(let schema, let rules):
      "the views have schema \(schema) and rules \(rules), this program others"
    case .damaged(let item): "the views' state of \(item) is damaged"
    case .badCursor: "the cursor is none that a page gave"
    case .refoldFailed(let item, let reason): "\(item) cannot be folded anew: \(reason)"
    }
  }

  /// What an operator does next.
  package var hint: String {
    switch self {
    case .database(let error): error.hint
    case .outdated, .damaged: "Run `vesthub replay`: it builds a new generation from the log."
    case .badCursor: "Start again without a cursor."
    case .refoldFailed: "Run `vesthub verify`: the log may be damaged."
    }
  }
}
