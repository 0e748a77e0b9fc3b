// Light stemming of German words: what stays of a word when it is inflected. Protocols/views.md §4.
//
// After the German stemmer of Snowball, but for endings of inflection only: `Sanierung` keeps its
// ending, so that it does not become one with `saniert`. Umlauts and ß are folded before. A stem is
// always the beginning of its word, so that it is told by its length.

/// Stems of folded words, which are bytes of UTF-8.
enum SearchStem {
  /// What stays of a word has at least so many letters.
  private static let minimumLetters = 3
  /// A second ending (hert|en|er) leaves at least so many; so does one that many stems have.
  private static let minimumTwice = 4

  /// How many bytes of a folded word are its stem.
  static func length(of word: borrowing Span<UInt8>) -> Int {
    var end = firstCut(word, word.count)
    // Leserinnen and Leser.
    let isFeminine = end - 2 >= minimumTwice && ends(word, end, in: "erin")
    if isFeminine { end -= 2 }
    guard isFeminine || end < word.count else { return end }
    // Hertener are from Herten, Dattelner from Datteln.
    let least = isFeminine ? minimumLetters : minimumTwice
    if end - 2 >= least, ends(word, end, in: "en") || isPluralR(word, end) { return end - 2 }
    return end > minimumTwice && ends(word, end, in: "ln") ? end - 1 : end
  }

  /// The stem of a folded word.
  static func stem(of word: String) -> String {
    let bytes = Array(word.utf8)
    let length = length(of: bytes.span)
    return length == bytes.count ? word : String(decoding: bytes[..<length], as: UTF8.self)
  }

  /// The length without the first ending.
  private static func firstCut(_ word: borrowing Span<UInt8>, _ end: Int) -> Int {
    guard end > minimumLetters else { return end }
    let before = word[end - 2]
    switch word[end - 1] {
    case UInt8(ascii: "e"): return cleaned(word, end - 1)
    case UInt8(ascii: "m"):
      guard end - 2 >= minimumLetters else { return end }
      if before == UInt8(ascii: "e") { return cleaned(word, end - 2) }
      // Museum and Museen, Zentrum and Zentren; but Raum.
      return before == UInt8(ascii: "u") && word[end - 3] != UInt8(ascii: "a") ? end - 2 : end
    case UInt8(ascii: "n"):
      if ends(word, end, in: "ern") {
        if !isPluralR(word, end - 1) { return end - 1 }
        if end - 3 >= minimumLetters { return cleaned(word, end - 3) }
      }
      if before == UInt8(ascii: "e"), end - 2 >= minimumLetters { return cleaned(word, end - 2) }
      // Titeln.
      return before == UInt8(ascii: "l") && end > minimumTwice ? end - 1 : end
    case UInt8(ascii: "r"):
      return end - 2 >= minimumLetters && isPluralR(word, end) ? cleaned(word, end - 2) : end
    case UInt8(ascii: "s"):
      if before == UInt8(ascii: "e"), end - 2 >= minimumLetters { return cleaned(word, end - 2) }
      return takesS(before, length: end - 1) ? end - 1 : end
    // Thema and Themen, Firma and Firmen; but Kita.
    case UInt8(ascii: "a"): return end - 1 >= minimumTwice ? end - 1 : end
    default: return end
    }
  }

  /// Räder, Häuser; but Bürger do not live in a Burg.
  private static func isPluralR(_ word: borrowing Span<UInt8>, _ end: Int) -> Bool {
    ends(word, end, in: "er") && !ends(word, end, in: "burger")
  }

  /// Whether an s behind this letter is an ending: Kitas and Autos, but Glas, Haus, Kreis.
  private static func takesS(_ letter: UInt8, length: Int) -> Bool {
    switch letter {
    case UInt8(ascii: "a"), UInt8(ascii: "o"), UInt8(ascii: "y"): length >= minimumTwice
    case UInt8(ascii: "c"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "j"),
      UInt8(ascii: "q"), UInt8(ascii: "s"), UInt8(ascii: "u"), UInt8(ascii: "v")...:
      false
    case UInt8(ascii: "a")...: true
    default: false
    }
  }

  /// Without a letter that inflection doubled: Ergebniss|e, Leserinn|en, Buss|e.
  private static func cleaned(_ word: borrowing Span<UInt8>, _ end: Int) -> Int {
    ends(word, end, in: "niss") || ends(word, end, in: "inn") || ends(word, end, in: "buss")
      ? end - 1 : end
  }

  private static func ends(
    _ word: borrowing Span<UInt8>, _ end: Int, in ending: StaticString
  ) -> Bool {
    let start = end - ending.utf8CodeUnitCount
    guard start >= 0 else { return false }
    return ending.withUTF8Buffer { letters in
      for index in letters.indices where word[start + index] != letters[index] { return false }
      return true
    }
  }
}
