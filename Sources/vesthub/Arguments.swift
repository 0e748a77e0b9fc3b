// Reads the words of the command line.

/// The words after the command: options with values, flags, and the rest in order.
struct Arguments {
  private var values: [String: String] = [:]
  private var flags: Set<String> = []
  private(set) var operands: [String] = []

  /// Sorts `words` by what a command knows.
  ///
  /// - Throws: `UsageError` for an option that is unknown, doubled or without its value.
  init(_ words: [String], options: [String], flags known: [String]) throws(UsageError) {
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      guard word.hasPrefix("-"), word != "-" else {
        operands.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      if known.contains(word) {
        flags.insert(word)
      } else if options.contains(parts[0]) {
        guard values[parts[0]] == nil else { throw UsageError("\(parts[0]) stands twice") }
        if parts.count == 2 {
          values[parts[0]] = parts[1]
        } else {
          guard index < words.count else { throw UsageError("\(word) needs a value") }
          values[word] = words[index]
          index += 1
        }
      } else {
        let all = (options + known).sorted().joined(separator: ", ")
        throw UsageError("unknown option \(parts[0]); known here: \(all.isEmpty ? "none" : all)")
      }
    }
  }

  /// The value of an option; nil if it was not given.
  subscript(option: String) -> String? { values[option] }

  /// True if a flag was given.
  func has(_ flag: String) -> Bool { flags.contains(flag) }

  /// The value of an option that must be given.
  func required(_ option: String, _ why: String) throws(UsageError) -> String {
    guard let value = values[option], !value.isEmpty else {
      throw UsageError("\(option) is missing: \(why)")
    }
    return value
  }

  /// Exactly `names.count` operands.
  func exactly(_ names: [String]) throws(UsageError) -> [String] {
    guard operands.count == names.count else {
      let expected = names.isEmpty ? "no operands" : names.joined(separator: " ")
      throw UsageError("expected \(expected), found: \(operands.joined(separator: " "))")
    }
    return operands
  }
}

/// The words of the command line make no sense; the text says which and what would.
struct UsageError: Error {
  let text: String
  init(_ text: String) { self.text = text }
}
