// What can go wrong with a database file, named by the fact and not by SQLite's number, with the
// sentence that tells an operator what to do next.

import CSQLite

/// A failure that SQLite reported. Equality and cases are meant for decisions; `description` and
/// `hint` for people.
package enum SQLiteError: Error, Equatable, Sendable {
  /// Which rule of the schema a write would have broken.
  package enum ConstraintKind: Sendable {
    /// A primary key, a rowid or a UNIQUE column.
    case unique
    /// REFERENCES names a row that is not there.
    case foreignKey
    /// A CHECK expression is false.
    case check
    /// NULL in a NOT NULL column.
    case notNull
    /// The wrong type for a column of a STRICT table.
    case dataType
    /// A trigger's RAISE, or a rule of a virtual table.
    case other
  }

  /// Another connection held its lock longer than the busy timeout.
  case busy
  /// The disk, or the page limit set for the file, is used up.
  case full
  /// A write over a read-only connection, or to a file that may not be written.
  case readOnly
  /// The file's structure is broken.
  case corrupt(message: String)
  /// The file is not a SQLite database, or is encrypted.
  case notADatabase(path: String)
  /// The file, its folder or one of its companions (`-wal`, `-shm`) cannot be opened.
  case cannotOpen(path: String, reason: String)
  /// A rule of the schema refused the row.
  case constraint(ConstraintKind, message: String)
  /// The operating system failed a read, write or sync. `code` is SQLite's extended code.
  case ioError(code: Int32)
  /// `Interrupter.interrupt()` ended the statement.
  case interrupted
  /// A text or blob is larger than SQLite takes (1 GB), or a statement is.
  case tooBig
  /// No memory.
  case outOfMemory
  /// Everything else: mostly faulty SQL, which is a fault of this program.
  case other(code: Int32, message: String)

  init(code: Int32, message: String, path: String) {
    // The low byte is the class of the failure, the bytes above it the detail.
    switch code & 0xff {
    case SQLITE_BUSY: self = .busy
    case SQLITE_FULL: self = .full
    case SQLITE_READONLY: self = .readOnly
    case SQLITE_CORRUPT: self = .corrupt(message: message)
    case SQLITE_NOTADB: self = .notADatabase(path: path)
    case SQLITE_CANTOPEN: self = .cannotOpen(path: path, reason: message)
    case SQLITE_CONSTRAINT: self = .constraint(ConstraintKind(code: code), message: message)
    case SQLITE_IOERR: self = .ioError(code: code)
    case SQLITE_INTERRUPT: self = .interrupted
    case SQLITE_TOOBIG: self = .tooBig
    case SQLITE_NOMEM: self = .outOfMemory
    default: self = .other(code: code, message: message)
    }
  }

  /// The failure that `database` reported last.
  init(code: Int32, database: OpaquePointer) {
    let path = sqlite3_db_filename(database, "main").map { String(cString: $0) } ?? ""
    self.init(code: code, message: String(cString: sqlite3_errmsg(database)), path: path)
  }
}

extension SQLiteError.ConstraintKind {
  fileprivate init(code: Int32) {
    switch code {
    case csqlite_constraint_unique, csqlite_constraint_primary_key, csqlite_constraint_rowid:
      self = .unique
    case csqlite_constraint_foreign_key: self = .foreignKey
    case csqlite_constraint_check: self = .check
    case csqlite_constraint_not_null: self = .notNull
    case csqlite_constraint_data_type: self = .dataType
    default: self = .other
    }
  }
}

extension SQLiteError: CustomStringConvertible {
  /// What happened, in one clause.
  package var description: String {
    switch self {
    case .busy: "the database is locked by another connection"
    case .full: "the disk or the file's page limit is full"
    case .readOnly: "the database may not be written"
    case .corrupt(let message): "the database file is damaged: \(message)"
    case .notADatabase(let path): "\(path) is not a SQLite database"
    case .cannotOpen(let path, let reason): "\(path) cannot be opened: \(reason)"
    case .constraint(_, let message): "the schema refuses the row: \(message)"
    case .ioError(let code): "the disk failed: \(String(cString: sqlite3_errstr(code))) (\(code))"
    case .interrupted: "the statement was interrupted"
    case .tooBig: "a value or a statement is larger than SQLite takes"
    case .outOfMemory: "SQLite found no memory"
    case .other(let code, let message): "SQLite reports \(code): \(message)"
    }
  }

  /// What an operator does next, in one or two sentences.
  package var hint: String {
    switch self {
    case .busy:
      "End the other program that has the file open (fuser shows it), or try again."
    case .full:
      "Free space on the volume; nothing of the failed transaction was stored. Then try again."
    case .readOnly:
      "Check owner and mode of the file and its folder, and that the volume is not mounted "
        + "read-only."
    case .corrupt, .notADatabase:
      "Stop the node, keep the file aside for analysis and restore it from the last backup."
    case .cannotOpen:
      "Check that the folder exists and that the node's user may read and write it."
    case .constraint:
      "The input contradicts what is stored; nothing of the transaction was stored."
    case .ioError:
      "Look into the kernel's log (dmesg) for faults of the disk, then restart the node: "
        + "the last transaction may or may not have been stored."
    case .interrupted:
      "Try again; nothing of the interrupted transaction was stored."
    case .tooBig:
      "Send the data in smaller parts."
    case .outOfMemory:
      "Raise the memory limit of the service and restart the node."
    case .other:
      "This is a fault of the program: report it with this line of the log."
    }
  }
}
