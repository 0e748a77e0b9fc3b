// Which passwords are taken. NIST SP 800-63B §5.1.1.2: long, no rules of composition, none that
// everybody tries.

import Foundation

/// Why a password cannot be taken.
package enum PasswordFlaw: Error, Sendable, Equatable {
  /// Fewer characters than `PasswordRules.leastCharacters`.
  case short
  /// More than `PasswordRules.mostBytes`.
  case long
  /// It holds control characters, which not every keyboard can type.
  case control
  /// Without names, common words and rows of keys too little is left.
  case guessable
}

extension PasswordFlaw: CustomStringConvertible {
  /// For operators.
  package var description: String {
    switch self {
    case .short: "it has fewer than \(PasswordRules.leastCharacters) characters"
    case .long: "it has more than \(PasswordRules.mostBytes) bytes"
    case .control: "it holds control characters"
    case .guessable: "it is made of names, common words or rows of keys"
    }
  }
}

/// What a password must be.
package enum PasswordRules {
  /// NIST asks for 8 at least; a password is all that stands between the network and the desk.
  package static let leastCharacters = 12
  /// NIST asks for 64 characters at least; libcrypt takes 511 bytes.
  package static let mostBytes = 400
  /// What must be left of a password without the words that everybody tries.
  static let leastOwnCharacters = 6
  /// Different characters at least: not one key held down.
  static let leastDifferent = 5

  /// What people begin with when they must think of something. Each counts for nothing.
  private static let commonWords = [
    "passwort", "password", "kennwort", "geheim", "secret", "willkommen", "welcome", "hallo",
    "admin", "redaktion", "redakteur", "presse", "verwaltung", "rathaus", "stadt", "kreis",
    "vesthub", "internet", "computer", "sommer", "winter", "herbst", "schalke", "dortmund",
    "letmein", "iloveyou", "ichliebedich", "schatz", "monkey", "dragon", "master", "1q2w3e",
    "2023", "2024", "2025", "2026", "2027", "2028",
  ]

  /// Rows of keys and of letters: a character that follows its neighbour counts for nothing.
  private static let rows = [
    "1234567890", "qwertzuiopü", "qwertyuiop", "asdfghjklöä", "yxcvbnm", "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
  ]

  /// How many characters of a text do not just follow the one before, in a row or by repeating it.
  static func ownCharacters(of text: String) -> Int {
    guard !text.isEmpty else { return 0 }
    return 1
      + zip(text, text.dropFirst()).count { before, after in
        before != after
          && !rows.contains { $0.contains("\(before)\(after)") || $0.contains("\(after)\(before)") }
      }
  }

  /// One form of a password, however the keyboard composed its letters.
  static func normal(_ password: String) -> String {
    password.precomposedStringWithCompatibilityMapping
  }

  /// What is wrong with a password; nil if it can be taken.
  ///
  /// - Parameter words: names of the person and of the place.
  package static func flaw(in password: String, words: [String]) -> PasswordFlaw? {
    let password = normal(password)
    // Each code point counts as one character (NIST SP 800-63B §5.1.1.2).
    if password.unicodeScalars.count < leastCharacters { return .short }
    if password.utf8.count > mostBytes { return .long }
    if password.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return .control
    }
    var rest = password.lowercased()
    if Set(rest).count < leastDifferent { return .guessable }
    let names = words.flatMap { $0.lowercased().split { !$0.isLetter && !$0.isNumber } }
      .map(String.init).filter { $0.count >= 3 }
    for word in (names + commonWords).sorted(by: { ($0.count, $0) > ($1.count, $1) }) {
      rest = rest.replacingOccurrences(of: word, with: "")
    }
    return ownCharacters(of: rest) < leastOwnCharacters ? .guessable : nil
  }
}
