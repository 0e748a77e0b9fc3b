// What was changed between two texts, by words, for the eyes of editors. Protocols/http-api.md §4.
//
// A pure function beside the merge of fields: both the desk's pages and its drafts compare texts.

/// The way from one text to another: what was kept, what was removed, what was added.
///
/// - Kept and removed parts, put together, are the first text to the byte; kept and added ones are
///   the second.
/// - No part is empty, and a removed part stands before the added one of the same place.
package struct TextDiff: Sendable, Hashable {
  /// A piece of one of the texts.
  package enum Part: Sendable, Hashable {
    /// In both texts.
    case kept(String)
    /// In the first text only.
    case removed(String)
    /// In the second text only.
    case added(String)
  }

  /// The pieces in the order of the texts.
  package let parts: [Part]
  /// True if the texts differ too much to be compared by words: whole paragraphs are told then.
  package let isCoarse: Bool

  /// Steps of reading and comparing that a page may spend: some dozen milliseconds. Two texts of
  /// 256 KiB, the longest that there are, take half of them to be read by words.
  package static let usualSteps = 2_000_000
  /// Finding the words of a text takes longer than finding its paragraphs.
  private static let ways: [(cut: TextCut, stepsOfByte: Int)] = [(.words, 2), (.paragraphs, 1)]

  /// Compares two texts.
  package init(from old: String, to new: String) {
    var steps = TextDiff.usualSteps
    self.init(from: old, to: new, steps: &steps)
  }

  /// Compares two texts with the steps that are left of a page's, and takes off what it needed.
  /// With too few left only what both texts begin and end with is kept.
  ///
  /// - Complexity: O((n + m) · d) for d changes, and never more than the steps.
  package init(from old: String, to new: String, steps: inout Int) {
    let bytes = old.utf8.count + new.utf8.count
    for (cut, stepsOfByte) in TextDiff.ways where steps > bytes * stepsOfByte {
      steps -= bytes * stepsOfByte
      // Words take half of what is left, so that paragraphs can still be compared.
      let share = cut == .words ? steps / 2 : steps
      var left = share
      let pair = TextPair(old, new, by: cut)
      let hunks = pair.hunks(steps: &left)
      steps -= share - left
      if let hunks {
        parts = pair.parts(joined: TextDiff.joined(pair.slid(hunks), in: pair))
        isCoarse = cut != .words
        return
      }
    }
    parts = TextDiff.frame(old, new)
    isCoarse = true
  }

  /// What both texts begin and end with, to the last whole word, and all between.
  private static func frame(_ old: String, _ new: String) -> [Part] {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    if old == new { return old.isEmpty ? [] : [.kept(String(decoding: old, as: UTF8.self))] }
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a }
    let shorter = min(old.count, new.count)
    var head = zip(old, new).prefix { $0 == $1 }.count
    while head > 0, !isSpace(old[head - 1]) { head -= 1 }
    var tail = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
    tail = min(tail, shorter - head)
    while tail > 0, !isSpace(old[old.count - tail]) { tail -= 1 }
    let pieces: [(ArraySlice<UInt8>, (String) -> Part)] = [
      (old[..<head], Part.kept), (old[head..<old.count - tail], Part.removed),
      (new[head..<new.count - tail], Part.added), (old[(old.count - tail)...], Part.kept),
    ]
    return pieces.compactMap { bytes, part in
      bytes.isEmpty ? nil : part(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Words that were changed one after another read as one change: the spaces between them are told
  /// with both sides.
  private static func joined(_ hunks: [TextPair.Hunk], in pair: TextPair) -> [TextPair.Hunk] {
    var result: [TextPair.Hunk] = []
    for hunk in hunks {
      if let last = result.last,
        (last.old.upperBound..<hunk.old.lowerBound).allSatisfy(pair.old.isSpace)
      {
        result[result.count - 1] = .init(
          old: last.old.lowerBound..<hunk.old.upperBound,
          new: last.new.lowerBound..<hunk.new.upperBound)
      } else {
        result.append(hunk)
      }
    }
    return result
  }
}

/// Two texts as numbers, the same number for the same piece.
struct TextPair {
  /// A stretch of each that stands in the place of the other; pieces, not bytes.
  struct Hunk: Equatable {
    let old: Range<Int>
    let new: Range<Int>
  }

  let old: TextPieces
  let new: TextPieces
  private let oldNumbers: [Int32]
  private let newNumbers: [Int32]

  init(_ old: String, _ new: String, by cut: TextCut) {
    self.old = TextPieces(old, by: cut)
    self.new = TextPieces(new, by: cut)
    // Bytes, because equal strings may differ in them, and an editor's text is kept to the byte.
    var numbers: [ArraySlice<UInt8>: Int32] = [:]
    func number(_ pieces: TextPieces) -> [Int32] {
      pieces.indices.map { index in
        let next = Int32(numbers.count)
        let found = numbers[pieces[index], default: next]
        if found == next { numbers[pieces[index]] = next }
        return found
      }
    }
    oldNumbers = number(self.old)
    newNumbers = number(self.new)
  }

  /// The stretches that differ, ascending, each two with an equal piece between them at least; nil
  /// if the steps do not suffice.
  func hunks(steps: inout Int) -> [Hunk]? {
    var search = MatchSearch(oldNumbers, newNumbers, steps: steps)
    let isDone = search.run()
    steps = max(0, search.steps)
    guard isDone else { return nil }
    var hunks: [Hunk] = []
    var place = (old: 0, new: 0)
    for match in search.matches + [.init(old: old.count, new: new.count, count: 0)] {
      if place.old < match.old || place.new < match.new {
        hunks.append(Hunk(old: place.old..<match.old, new: place.new..<match.new))
      }
      place = (match.old + match.count, match.new + match.count)
    }
    return hunks
  }

  /// The same stretches where they read best: what was only added or only removed may lie some
  /// pieces further up or down, and looks whole where it is a line or a word with its space.
  func slid(_ hunks: [Hunk]) -> [Hunk] {
    var hunks = hunks
    for index in hunks.indices {
      let hunk = hunks[index]
      guard hunk.old.isEmpty != hunk.new.isEmpty else { continue }
      let isOld = !hunk.old.isEmpty
      let range = isOld ? hunk.old : hunk.new
      let (pieces, numbers) = isOld ? (old, oldNumbers) : (new, newNumbers)
      func side(_ hunk: Hunk) -> Range<Int> { isOld ? hunk.old : hunk.new }
      // A piece stays between two stretches.
      let first = index == 0 ? 0 : side(hunks[index - 1]).upperBound + 1
      let last = index + 1 == hunks.count ? numbers.count : side(hunks[index + 1]).lowerBound - 1
      var best = (shift: 0, score: pieces.wholeness(range))
      var low = 0
      while range.lowerBound + low > first,
        numbers[range.lowerBound + low - 1] == numbers[range.upperBound + low - 1]
      {
        low -= 1
        let score = pieces.wholeness(range.lowerBound + low..<range.upperBound + low)
        if score > best.score { best = (low, score) }
      }
      var high = 0
      while range.upperBound + high < last,
        numbers[range.lowerBound + high] == numbers[range.upperBound + high]
      {
        high += 1
        let score = pieces.wholeness(range.lowerBound + high..<range.upperBound + high)
        if score > best.score { best = (high, score) }
      }
      func moved(_ range: Range<Int>) -> Range<Int> {
        range.lowerBound + best.shift..<range.upperBound + best.shift
      }
      hunks[index] = Hunk(old: moved(hunk.old), new: moved(hunk.new))
    }
    return hunks
  }

  /// The texts as parts, by stretches that need not be the smallest.
  func parts(joined hunks: [Hunk]) -> [TextDiff.Part] {
    var parts: [TextDiff.Part] = []
    var place = 0
    for hunk in hunks {
      if place < hunk.old.lowerBound {
        parts.append(.kept(old.text(place..<hunk.old.lowerBound)))
      }
      if !hunk.old.isEmpty { parts.append(.removed(old.text(hunk.old))) }
      if !hunk.new.isEmpty { parts.append(.added(new.text(hunk.new))) }
      place = hunk.old.upperBound
    }
    if place < old.count { parts.append(.kept(old.text(place..<old.count))) }
    return parts
  }
}
