// The content lines of iCalendar: unfolding, parameters, escapes. RFC 5545 §3.1 to §3.3.11.

/// One content line.
struct CalendarLine: Equatable {
  /// Upper case.
  let name: String
  /// By upper-case name.
  let parameters: [String: String]
  let value: String
  /// Counted from 1, without the folds.
  let number: Int

  /// The text without its folds. They are taken out before the bytes are decoded: one may stand
  /// within a letter.
  static func unfolded(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte == 0x20 || byte == 0x09, result.last == 0x0a {
        result.removeLast()
        if result.last == 0x0d { result.removeLast() }
      } else {
        result.append(byte)
      }
    }
    return result
  }

  /// The lines of an unfolded text. What is no content line is left out, as calendars do.
  static func lines(of text: String) -> [CalendarLine] {
    var number = 0
    var lines: [CalendarLine] = []
    // By scalars: to Swift CR LF is one character.
    for raw in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      let line = raw.last == "\r" ? raw.dropLast() : raw
      if let line = CalendarLine(String.UnicodeScalarView(line), number: number) {
        lines.append(line)
      }
    }
    return lines
  }

  private init?(_ text: String.UnicodeScalarView, number: Int) {
    var parts: [String] = [""]
    var isQuoted = false
    var index = text.startIndex
    while index < text.endIndex, isQuoted || text[index] != ":" {
      let scalar = text[index]
      if scalar == "\"" {
        isQuoted.toggle()
      } else if scalar == ";", !isQuoted {
        parts.append("")
      } else {
        parts[parts.count - 1].unicodeScalars.append(scalar)
      }
      index = text.index(after: index)
    }
    guard index < text.endIndex, !parts[0].isEmpty else { return nil }
    name = parts[0].uppercased()
    var parameters: [String: String] = [:]
    for part in parts.dropFirst() {
      let halves = part.split(separator: "=", maxSplits: 1)
      if halves.count == 2 { parameters[halves[0].uppercased()] = String(halves[1]) }
    }
    self.parameters = parameters
    value = String(text[text.index(after: index)...])
    self.number = number
  }

  /// The value of a property of type TEXT.
  var text: String { CalendarLine.unescaped(value.unicodeScalars[...]) }

  /// The values of a list of texts, parted by commas.
  var texts: [String] {
    var parts: [String.UnicodeScalarView.SubSequence] = []
    let scalars = value.unicodeScalars
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      if scalars[index] == "\\" {
        index = scalars.index(after: index)
        if index == scalars.endIndex { break }
      } else if scalars[index] == "," {
        parts.append(scalars[start..<index])
        start = scalars.index(after: index)
      }
      index = scalars.index(after: index)
    }
    parts.append(scalars[start...])
    return parts.map(CalendarLine.unescaped)
  }

  private static func unescaped(_ text: String.UnicodeScalarView.SubSequence) -> String {
    var result = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text {
      if isEscaped {
        result.append(scalar == "n" || scalar == "N" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }
}
