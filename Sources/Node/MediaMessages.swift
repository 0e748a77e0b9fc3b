// What city and hub say to each other about files. Protocols/sync.md §13.

import Events

/// How much of a file the hub holds: `{"held":262144,"whole":false}`.
struct MediaHoldings: Equatable {
  /// The bytes that are held.
  let held: Int
  /// True if that is all, and it was checked.
  let whole: Bool

  init(held: Int, whole: Bool) {
    self.held = held
    self.whole = whole
  }

  /// Nil for anything else, such as the page of a proxy.
  init?(_ body: [UInt8]) {
    guard case .object(let members)? = try? FieldValue(canonical: body), members.count == 2,
      let held = members[0].value.number, members[0].name == "held", held >= 0,
      let whole = members[1].value.truth, members[1].name == "whole"
    else { return nil }
    self.init(held: Int(held), whole: whole)
  }

  var text: String {
    FieldValue.object(sorting: [("held", .integer(Int64(held))), ("whole", .bool(whole))])
      .canonicalText
  }
}

/// Why the hub does not take or give a file.
enum MediaRefusal: String, CaseIterable {
  /// The address or the query is none.
  case malformed
  /// No key, or one that no site has.
  case unknownKey = "unknown-key"
  /// No event that the hub has applied names the file, or the hub does not hold it.
  case unknownMedia = "unknown-media"
  /// The file is longer than files may be.
  case tooLarge = "too-large"
  /// The bytes are not the file of that hash, or not clean.
  case unsoundMedia = "unsound-media"
  /// The hub cannot read or write now.
  case unavailable
  /// The hub's disk has no room.
  case storageFull = "storage-full"

  var httpStatus: Int {
    switch self {
    case .malformed: 400
    case .unknownKey: 401
    case .unknownMedia: 404
    case .tooLarge: 413
    case .unsoundMedia: 422
    case .unavailable: 503
    case .storageFull: 507
    }
  }

  var text: String { #"{"refused":"\#(rawValue)"}"# }

  /// Nil for anything that is no refusal.
  init?(_ body: [UInt8]) {
    guard let word = MediaRefusal.allCases.first(where: { Array($0.text.utf8) == body }) else {
      return nil
    }
    self = word
  }
}

/// The query of a piece: `offset=262144&total=700000`. At the end there is nothing left to send:
/// then the hub checks what it holds.
struct MediaPiece: Equatable {
  let offset: Int
  let total: Int

  /// What 64 kbit/s carry in 32 seconds: a piece arrives before proxies lose patience.
  static let bytes = 262_144

  init(offset: Int, total: Int) {
    self.offset = offset
    self.total = total
  }

  /// Both numbers in this order, without leading zeros (sync.md §3).
  init?(query: String) {
    let parts = query.split(separator: "&", omittingEmptySubsequences: false)
    guard parts.count == 2, let offset = MediaPiece.number(parts[0], "offset="),
      let total = MediaPiece.number(parts[1], "total="), total > 0, offset <= total
    else { return nil }
    self.init(offset: offset, total: total)
  }

  private static func number(_ part: Substring, _ name: String) -> Int? {
    guard part.hasPrefix(name), part.utf8.count <= name.utf8.count + 10,
      let number = Int(part.dropFirst(name.count)), "\(name)\(number)" == part, number >= 0
    else { return nil }
    return number
  }

  var query: String { "offset=\(offset)&total=\(total)" }
}
