// How words are made comparable for search, on the side of the texts and of the questions alike.
// Protocols/views.md §4.
//
// Folding: lower case; ä, ae → a; ö, oe → o; ü, ue → u, but not behind a vowel or q; ß → ss; other
// accents dropped. A word of several parts (camel case, hyphens) is found by the whole and by each
// part, which makes smartVEST, Smart-Vest and smartvest one. A digraph folds to its first letter:
// the beginning of a word stays the beginning of the folded word.

/// A word of an original text, and what it is found by.
struct SearchWord: Equatable {
  /// Where it stands, in UTF-8 bytes of the original.
  let range: Range<Int>
  /// The folded whole.
  let folded: String
  /// The folded parts with their places; empty where the word has only one.
  let parts: [Part]

  /// One part of a word.
  struct Part: Equatable {
    /// Where it stands, in UTF-8 bytes of the original.
    let range: Range<Int>
    /// The folded part.
    let folded: String
  }
}

/// Folding and splitting of German words.
enum SearchText {
  /// A word is looked up by its first bytes; a longer one is hardly a word.
  static let maximumWordBytes = 64

  /// The words of a text in their order.
  static func words(of text: String) -> [SearchWord] {
    var words: [SearchWord] = []
    scan(text) { bytes, cuts in
      let folded = fold(bytes.extracting(cuts[0]..<cuts[cuts.count - 1]))
      guard !folded.isEmpty else { return }
      var parts: [SearchWord.Part] = []
      if cuts.count > 2 {
        for index in 1..<cuts.count {
          let range = trimmed(cuts[index - 1]..<cuts[index], in: bytes)
          let part = fold(bytes.extracting(range))
          if !part.isEmpty { parts.append(.init(range: range, folded: string(part))) }
        }
      }
      words.append(
        SearchWord(range: cuts[0]..<cuts[cuts.count - 1], folded: string(folded), parts: parts))
    }
    return words
  }

  /// The places of a text, ascending, whose folded words match: a word as a whole, or else those of
  /// its parts that do. It reads on for so many bytes behind the first place.
  ///
  /// - Parameter matches: takes a folded word and whether it has no parts.
  static func places(
    in text: String, reach: Int, where matches: (Span<UInt8>, _ isSingle: Bool) -> Bool
  ) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var folded: [UInt8] = []
    func isMatch(_ bytes: Span<UInt8>, _ range: Range<Int>, isSingle: Bool) -> Bool {
      folded.removeAll(keepingCapacity: true)
      appendFold(bytes.extracting(range), to: &folded)
      return !folded.isEmpty && matches(folded.span, isSingle)
    }
    scanWhile(text) { bytes, cuts in
      let whole = cuts[0]..<cuts[cuts.count - 1]
      if let first = places.first, whole.lowerBound - first.lowerBound > reach { return false }
      if isMatch(bytes, whole, isSingle: cuts.count == 2) {
        places.append(whole)
      } else if cuts.count > 2 {
        for index in 1..<cuts.count {
          let part = trimmed(cuts[index - 1]..<cuts[index], in: bytes)
          if isMatch(bytes, part, isSingle: true) { places.append(part) }
        }
      }
      return true
    }
    return places
  }

  /// Words that are shorter are no compounds: Kreis is not found by Eis, nor Sport by Ort.
  static let compoundBytes = 7
  /// Stands before a word that is written from its end.
  static let reversedMark = UInt8(ascii: "_")

  /// Adds a text to what the index takes: to `words` the folded words and then their parts, to
  /// `forms` what inflected words and the ends of compounds are found by.
  ///
  /// - Parameter nounsOnly: leaves the forms of words in lower case out, which in long texts are
  ///   many and hardly looked for.
  static func index(
    _ text: String, words: inout [UInt8], forms: inout [UInt8], nounsOnly: Bool = false
  ) {
    scan(text) { bytes, cuts in
      let isWhole = cuts.count == 2
      let range = appendFolded(bytes, cuts[0]..<cuts[cuts.count - 1], to: &words)
      if isWhole {
        let isNoun = letter(at: cuts[0], in: bytes).letter == .upper
        if isNoun || !nounsOnly {
          appendForm(of: words.span.extracting(range), isNoun: isNoun, to: &forms)
        }
        return
      }
      for index in 1..<cuts.count {
        let part = appendFolded(bytes, cuts[index - 1]..<cuts[index], to: &words)
        appendForm(of: words.span.extracting(part), isNoun: true, to: &forms)
      }
    }
  }

  /// Compounds that are looked for are nouns, which German writes with a capital: their stem from
  /// its end, which is found as a whole, too. Of other words the stem, where it differs.
  private static func appendForm(
    of word: borrowing Span<UInt8>, isNoun: Bool, to forms: inout [UInt8]
  ) {
    let length = SearchStem.length(of: word)
    // Letters of several bytes cannot be told from their end.
    let isReversed = isNoun && word.count >= compoundBytes && isASCII(word)
    guard isReversed || length < word.count else { return }
    if !forms.isEmpty { forms.append(0x20) }
    if isReversed {
      forms.append(reversedMark)
      for index in 1...length { forms.append(word[length - index]) }
    } else {
      for index in 0..<length { forms.append(word[index]) }
    }
  }

  private static func isASCII(_ word: borrowing Span<UInt8>) -> Bool {
    for index in 0..<word.count where word[index] >= 0x80 { return false }
    return true
  }

  /// The folded words with spaces between, without their parts: what titles are sorted by and
  /// keywords compared by.
  static func key(_ text: String) -> String {
    var output: [UInt8] = []
    scan(text) { bytes, cuts in
      appendFolded(bytes, cuts[0]..<cuts[cuts.count - 1], to: &output)
    }
    return string(output)
  }

  private static func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// Where the folded word stands in the output; empty where nothing is left of it.
  @discardableResult
  private static func appendFolded(
    _ bytes: Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]
  ) -> Range<Int> {
    let start = output.count
    if start > 0 { output.append(0x20) }
    let wordStart = output.count
    appendFold(bytes.extracting(range), to: &output)
    if output.count == wordStart {
      output.removeSubrange(start...)
      return start..<start
    }
    return wordStart..<output.count
  }

  /// Without the hyphens at its ends.
  private static func trimmed(_ range: Range<Int>, in bytes: Span<UInt8>) -> Range<Int> {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high, bytes[low] == 0x2d { low += 1 }
    while low < high, bytes[high - 1] == 0x2d { high -= 1 }
    return low..<high
  }

  /// Calls `word` for each word with the places at which it is cut: its start, the starts of
  /// further parts, its end.
  private static func scan(_ text: String, _ word: (Span<UInt8>, [Int]) -> Void) {
    scanWhile(text) { bytes, cuts in
      word(bytes, cuts)
      return true
    }
  }

  /// As above, until `word` says that it has enough.
  private static func scanWhile(_ text: String, _ word: (Span<UInt8>, [Int]) -> Bool) {
    let array = Array(text.utf8)
    let bytes = array.span
    var cuts: [Int] = []
    var index = 0
    var previous = Letter.none
    while index < bytes.count {
      let (letter, length) = letter(at: index, in: bytes)
      switch letter {
      case .none where bytes[index] == 0x2d && previous != .none && isInner(index, in: bytes):
        cuts.append(index)
        previous = .hyphen
      case .none:
        if let start = cuts.first, start < index {
          cuts.append(index)
          if !word(bytes, cuts) { return }
        }
        cuts.removeAll(keepingCapacity: true)
        previous = .none
      default:
        if cuts.isEmpty {
          cuts.append(index)
        } else if isCamel(previous, letter, next: index + length, in: bytes) {
          cuts.append(index)
        }
        if letter != .mark { previous = letter }
      }
      index += length
    }
    if !cuts.isEmpty { _ = word(bytes, cuts + [index]) }
  }

  /// A hyphen with a letter or digit behind it (the one before was seen).
  private static func isInner(_ hyphen: Int, in bytes: Span<UInt8>) -> Bool {
    hyphen + 1 < bytes.count && letter(at: hyphen + 1, in: bytes).letter != .none
  }

  /// smart|VEST, WLAN|Hotspot.
  private static func isCamel(
    _ previous: Letter, _ letter: Letter, next: Int, in bytes: Span<UInt8>
  ) -> Bool {
    guard letter == .upper else { return false }
    if previous == .lower { return true }
    return previous == .upper && next < bytes.count
      && self.letter(at: next, in: bytes).letter == .lower
  }

  // MARK: - Letters

  private enum Letter { case none, lower, upper, digit, mark, hyphen }

  /// What stands at a place, and how many bytes it takes. Letters of other scripts count as lower.
  @inline(__always)
  private static func letter(
    at index: Int, in bytes: Span<UInt8>
  ) -> (letter: Letter, length: Int) {
    switch bytes[index] {
    case 0x61...0x7a: return (.lower, 1)
    case 0x41...0x5a: return (.upper, 1)
    case 0x30...0x39: return (.digit, 1)
    case 0..<0x80: return (.none, 1)
    case 0xc3 where index + 1 < bytes.count:
      let second = bytes[index + 1]
      if second == 0x97 || second == 0xb7 { return (.none, 2) }
      return (second < 0x9f ? .upper : .lower, 2)
    case 0xcc, 0xcd: return (.mark, min(2, bytes.count - index))
    // U+0080 to U+00BF: signs and typographic marks.
    case 0xc2: return (.none, min(2, bytes.count - index))
    case 0xc4...0xdf: return (.lower, min(2, bytes.count - index))
    // U+2000 to U+2FFF: punctuation, arrows, symbols.
    case 0xe2: return (bytes[index + 1] == 0xb1 ? .lower : .none, min(3, bytes.count - index))
    case 0xe0...0xef:
      let isCapitalSharpS =
        bytes[index] == 0xe1 && bytes[index + 1] == 0xba && bytes[index + 2] == 0x9e
      return (isCapitalSharpS ? .upper : .lower, min(3, bytes.count - index))
    default: return (.none, min(4, bytes.count - index))
    }
  }

  private static func fold(_ bytes: Span<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    appendFold(bytes, to: &output)
    return output
  }

  /// Appends the folded letters of one word; hyphens are left out.
  private static func appendFold(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    let start = output.count
    var index = 0
    // True after a, o or u of the text, which a following e turns into an umlaut; but neither
    // in `neue` nor in `Frequenz`.
    var takesE = false
    var blocksE = false
    while index < bytes.count, output.count - start < maximumWordBytes {
      let byte = bytes[index]
      var isVowel = false
      var blocks = false
      switch byte {
      case 0x65 where takesE, 0x45 where takesE: break
      case 0x61...0x7a, 0x41...0x5a:
        let letter = byte | 0x20
        output.append(letter)
        isVowel = letter == 0x61 || letter == 0x6f || letter == 0x75
        blocks = isVowel || letter == 0x65 || letter == 0x69 || letter == 0x71
        isVowel = isVowel && !blocksE
      case 0x30...0x39: output.append(byte)
      case 0..<0x80: break
      case 0xc3 where index + 1 < bytes.count:
        appendLatin(bytes[index + 1], to: &output)
      case 0xc4, 0xc5:
        if index + 1 < bytes.count {
          output.append(extendedLatin[Int(byte & 1) << 6 | Int(bytes[index + 1] & 0x3f)])
        }
      case 0xcc, 0xcd: break
      default:
        let length = letter(at: index, in: bytes).length
        if length == 3, byte == 0xe1, bytes[index + 1] == 0xba, bytes[index + 2] == 0x9e {
          output.append(contentsOf: [0x73, 0x73])
        } else {
          for offset in 0..<length { output.append(bytes[index + offset]) }
        }
      }
      // A hyphen between does not part a digraph from its e: Schau-Ecke is Schauecke.
      if byte != 0x2d { (takesE, blocksE) = (isVowel, blocks) }
      index += byte < 0x80 ? 1 : letter(at: index, in: bytes).length
    }
  }

  /// U+0100 to U+017F without case and accents: the neighbours' names.
  private static let extendedLatin = [UInt8](
    ("aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllll"
      + "nnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs").utf8)

  /// U+00C0 to U+00FF, by the second byte, as the letter without its accent.
  private static func appendLatin(_ second: UInt8, to output: inout [UInt8]) {
    switch second | 0x20 {
    case 0x9f | 0x20 where second == 0x9f: output.append(contentsOf: [0x73, 0x73])
    case 0xa0...0xa6: output.append(0x61)
    case 0xa7: output.append(0x63)
    case 0xa8...0xab: output.append(0x65)
    case 0xac...0xaf: output.append(0x69)
    case 0xb0: output.append(0x64)
    case 0xb1: output.append(0x6e)
    case 0xb2...0xb6, 0xb8: output.append(0x6f)
    case 0xb9...0xbc: output.append(0x75)
    case 0xbd, 0xbf: output.append(0x79)
    default: output.append(contentsOf: [0xc3, second])
    }
  }
}
