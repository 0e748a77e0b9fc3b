// The named characters of HTML that German texts use, and the numbered ones.

enum HTMLEntities {
  private static let named: [String: Unicode.Scalar] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{a0}",
    "auml": "ä", "ouml": "ö", "uuml": "ü", "Auml": "Ä", "Ouml": "Ö", "Uuml": "Ü", "szlig": "ß",
    "agrave": "à", "aacute": "á", "acirc": "â", "eacute": "é", "egrave": "è", "ecirc": "ê",
    "euml": "ë", "iacute": "í", "icirc": "î", "iuml": "ï", "oacute": "ó", "ocirc": "ô",
    "uacute": "ú", "ucirc": "û", "ccedil": "ç", "ntilde": "ñ", "Eacute": "É", "aring": "å",
    "oslash": "ø", "aelig": "æ", "ndash": "–", "mdash": "—", "hellip": "…", "bull": "•",
    "middot": "·", "bdquo": "„", "ldquo": "“", "rdquo": "”", "sbquo": "‚", "lsquo": "‘",
    "rsquo": "’", "laquo": "«", "raquo": "»", "lsaquo": "‹", "rsaquo": "›", "euro": "€",
    "sect": "§", "para": "¶", "deg": "°", "copy": "©", "reg": "®", "trade": "™", "times": "×",
    "frac12": "½", "frac14": "¼", "frac34": "¾", "sup2": "²", "sup3": "³", "micro": "µ",
    "plusmn": "±", "shy": "\u{ad}", "ensp": "\u{2002}", "emsp": "\u{2003}", "thinsp": "\u{2009}",
    "zwnj": "\u{200c}", "zwj": "\u{200d}", "lrm": "\u{200e}", "rlm": "\u{200f}", "rarr": "→",
    "larr": "←", "permil": "‰", "dagger": "†", "iexcl": "¡", "iquest": "¿", "pound": "£",
  ]

  /// The longest name above, so that a lone `&` costs no search.
  private static let longestName = 10

  /// The text with its references replaced; what is none stays.
  static func decode(_ text: String) -> String {
    guard text.utf8.contains(0x26) else { return text }
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    var index = 0
    while index < scalars.count {
      if scalars[index] == "&", let (scalar, length) = reference(scalars[index...]) {
        result.append(scalar)
        index += length
      } else {
        result.append(scalars[index])
        index += 1
      }
    }
    return String(result)
  }

  private static func reference(
    _ rest: ArraySlice<Unicode.Scalar>
  ) -> (Unicode.Scalar, length: Int)? {
    let window = rest.dropFirst().prefix(longestName + 1)
    guard let end = window.firstIndex(of: ";") else { return nil }
    var name = String(String.UnicodeScalarView(rest[(rest.startIndex + 1)..<end]))
    let length = end - rest.startIndex + 1
    guard name.hasPrefix("#") else { return named[name].map { ($0, length) } }
    name.removeFirst()
    let isHex = name.hasPrefix("x") || name.hasPrefix("X")
    guard let code = isHex ? UInt32(name.dropFirst(), radix: 16) : UInt32(name) else { return nil }
    // What browsers do: the codes 0x80 to 0x9f are meant as Windows-1252.
    let meant = (0x80...0x9f).contains(code) ? windows[Int(code) - 0x80] : code
    return Unicode.Scalar(meant).map { ($0, length) }
  }

  private static let windows: [UInt32] = [
    0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x8d, 0x017d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
  ]
}
