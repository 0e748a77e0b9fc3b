// What can go wrong between an event and the log, named by the fact, with the sentence that tells
// a person what to do next.

package import Events
package import SQLite

/// Why the log refused something. It holds what it held, but after a commit that failed: then the
/// next call reads the ends of the lines again.
package enum LogError: Error, Equatable, Sendable {
  /// A draft is not an event: too large, a bad name, …
  case event(EventError)
  /// The event's line belongs to a site that is not part of the region.
  case notAdmitted(Dot)
  /// Somebody else pushed an event of this node's own line that it never wrote.
  case ownLine(Dot)
  /// Events before it are missing on its line; `next` is the number that would fit.
  case gap(Dot, next: UInt64)
  /// Its `prev` is not the id of the event before it.
  case brokenChain(Dot)
  /// Another event stands at that place of the line.
  case fork(Dot, held: Digest, offered: Digest)
  /// Its context names an event that is not held.
  case contextNotHeld(Dot, missing: Dot)
  /// Its context names itself or a later event of its own line.
  case ownFuture(Dot)
  /// An event of this node's line that was not written with the secret of the line.
  case forged(Dot)
  /// An event of this node's line cannot be written again on another branch.
  case notReissued(Dot, EventError)
  /// Receipts do not follow each other; `next` is the position that would fit.
  case positionGap(UInt64, next: UInt64)
  /// Another receipt stands at that position.
  case receiptDiffers(UInt64)
  /// The receipts do not give the tree that the hub stated with them; both are kept.
  case otherTree(Contradiction)
  /// A receipt for an event that neither is held nor follows.
  case eventMissing(Dot)
  /// An event without its receipt before it.
  case receiptMissing(Dot)
  /// The rules could not be asked; nothing of the batch was stored.
  case judgeFailed(Dot, reason: String)
  /// The folder cannot be made or used.
  case directory(path: String, reason: String)
  /// The file is a database, but not a log.
  case notALog(path: String)
  /// A later version of the program wrote the log.
  case newerFormat(Int)
  /// The log is that of another site.
  case otherSite(held: String, told: SiteID)
  /// Somebody else wrote to the log while this store was open.
  case otherWriter
  /// What is stored contradicts itself.
  case damaged(Dot?, reason: String)
  /// SQLite failed.
  case storage(SQLiteError)
}

extension LogError: CustomStringConvertible {
  /// What happened, in one clause.
  package var description: String {
    switch self {
    case .event(let error): "the draft is not an event: \(error)"
    case .notAdmitted(let dot): "\(dot) is of a site that is not admitted"
    case .ownLine(let dot): "\(dot) is of this node's line, which never wrote it"
    case .gap(let dot, let next): "\(dot) does not follow: the next of the line is \(next)"
    case .brokenChain(let dot): "\(dot) does not name the id of the event before it"
    case .fork(let dot, let held, let offered):
      "two events at \(dot): held is \(held.hex), offered \(offered.hex)"
    case .contextNotHeld(let dot, let missing): "\(dot) has seen \(missing), which is not held"
    case .ownFuture(let dot): "\(dot) has seen itself or a later event of its line"
    case .forged(let dot): "\(dot) was not written with the secret of this line"
    case .notReissued(let dot, let error): "\(dot) cannot be written again: \(error)"
    case .positionGap(let position, let next):
      "the receipt at \(position) does not follow: the next is \(next)"
    case .receiptDiffers(let position): "another receipt stands at position \(position)"
    case .otherTree(let both):
      "the hub states the tree \(both.told.root.hex) over \(both.told.size) receipts, but they give "
        + "\(both.held.root.hex) over \(both.held.size)"
    case .eventMissing(let dot): "a receipt came for \(dot), but the event did not"
    case .receiptMissing(let dot): "\(dot) came without its receipt"
    case .judgeFailed(let dot, let reason): "\(dot) could not be judged: \(reason)"
    case .directory(let path, let reason): "the folder \(path) cannot be used: \(reason)"
    case .notALog(let path): "\(path) is a database, but not a log"
    case .newerFormat(let version):
      "the log has format \(version), which is newer than this program"
    case .otherSite(let held, let told): "the log is that of \(held), not of \(told)"
    case .otherWriter: "another program wrote to the log while this one had it open"
    case .damaged(let dot, let reason):
      "the log is damaged\(dot.map { " at \($0)" } ?? ""): \(reason)"
    case .storage(let error): error.description
    }
  }

  /// What the reader of the message does next, in one or two sentences.
  package var hint: String {
    switch self {
    case .event: "Shorten or correct the named part and save again; nothing was stored."
    case .notAdmitted: "Admit the site at the Kreis's console, or remove its key."
    case .ownLine:
      "This node was restored from a backup or its line was copied: compare both lines before "
        + "anything is written."
    case .gap: "Send the line again from the number that would fit."
    case .brokenChain, .fork:
      "The line has two histories: compare them; the second is kept nowhere but at its sender."
    case .contextNotHeld: "Send the missing event first, then repeat this one."
    case .ownFuture: "The sending program is faulty: stop its node and report the event's text."
    case .forged: "Somebody else holds a key of this site: change its keys and tell the Kreis."
    case .notReissued:
      "Install the version of the program that wrote it; it is still on this node's line."
    case .positionGap: "Ask the hub again from the last position that is held."
    case .receiptDiffers, .otherTree:
      "The hub's order was rewritten: follow it no further and tell the Kreis."
    case .eventMissing, .receiptMissing:
      "The text is incomplete: fetch it again; nothing of it was stored."
    case .judgeFailed: "Look at the error of the views; rebuild them with `vesthub replay`."
    case .directory: "Make the folder, or give it to the node's user (mode 0700)."
    case .notALog: "Check the data folder that was given; nothing was changed."
    case .newerFormat: "Install the version of the program that last ran here, or a later one."
    case .otherSite: "Check `--data` and the site's name in the configuration."
    case .otherWriter: "End the other program (fuser shows it), then restart this node."
    case .damaged:
      "Stop the node, keep the file aside, run `vesthub verify` and restore from the last backup."
    case .storage(let error): error.hint
    }
  }

  /// Any failure of a body that reads or writes the log: those are of two types.
  init(wrapping error: any Error) {
    switch error {
    case let error as LogError: self = error
    case let error as SQLiteError: self = .storage(error)
    default: preconditionFailure("the log threw an error that is none of its own: \(error)")
    }
  }
}
