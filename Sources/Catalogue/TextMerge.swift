// Two changes of one text put together by paragraphs, where they do not meet.
// Protocols/http-api.md §4.

/// A text that two editors changed without knowing of each other, over the text that both had.
///
/// - Merging does not depend on which side is called left, but for the names of its conflicts.
/// - A side that changed nothing takes the other as it is; equal sides are taken as they are.
package struct TextMerge: Sendable, Hashable {
  /// A stretch of the merged text.
  package enum Part: Sendable, Hashable {
    /// One side changed it, or neither, or both in the same way.
    case settled(String)
    /// Both changed it in different ways.
    case conflict(ancestor: String, left: String, right: String)
  }

  /// One of the two.
  package enum Side: Sendable, Hashable {
    case left, right
  }

  /// The stretches in the order of the text.
  package let parts: [Part]

  /// Merges two changes of `ancestor`. Texts that differ too much to be compared are one conflict.
  package init(ancestor: String, left: String, right: String) {
    // Bytes: strings that look alike may differ in them.
    if left.utf8.elementsEqual(right.utf8) || right.utf8.elementsEqual(ancestor.utf8) {
      parts = [.settled(left)]
      return
    }
    if left.utf8.elementsEqual(ancestor.utf8) {
      parts = [.settled(right)]
      return
    }
    // Each side gets the same, so that the order of the sides does not count.
    var leftSteps = TextDiff.usualSteps / 8
    var rightSteps = leftSteps
    let leftPair = TextPair(ancestor, left, by: .paragraphs)
    let rightPair = TextPair(ancestor, right, by: .paragraphs)
    guard let leftHunks = leftPair.hunks(steps: &leftSteps),
      let rightHunks = rightPair.hunks(steps: &rightSteps)
    else {
      parts = [.conflict(ancestor: ancestor, left: left, right: right)]
      return
    }
    var weaver = Weaver(
      left: .init(pair: leftPair, hunks: leftHunks),
      right: .init(pair: rightPair, hunks: rightHunks))
    parts = weaver.woven()
  }

  /// The merged text; nil while there is a conflict.
  package var text: String? { hasConflict ? nil : text(taking: .left) }

  /// True if both sides changed the same paragraph.
  package var hasConflict: Bool {
    parts.contains { if case .conflict = $0 { true } else { false } }
  }

  /// The merged text with one side's words wherever both changed the same.
  package func text(taking side: Side) -> String {
    parts.map { part in
      switch part {
      case .settled(let text): text
      case .conflict(_, let left, let right): side == .left ? left : right
      }
    }.joined()
  }
}

/// Walks along the ancestor and takes what each side made of it.
private struct Weaver {
  struct Side {
    let pair: TextPair
    let hunks: [TextPair.Hunk]
    /// The next stretch of `hunks`.
    var next = 0

    var upcoming: TextPair.Hunk? { next < hunks.count ? hunks[next] : nil }

    /// What the side made of a stretch of the ancestor, given which of its changes lie in it.
    func text(of range: Range<Int>, _ changes: ArraySlice<TextPair.Hunk>) -> String {
      var text = ""
      var place = range.lowerBound
      for hunk in changes {
        text += pair.old.text(place..<hunk.old.lowerBound) + pair.new.text(hunk.new)
        place = hunk.old.upperBound
      }
      return text + pair.old.text(place..<range.upperBound)
    }
  }

  var left: Side
  var right: Side
  private var place = 0
  private var parts: [TextMerge.Part] = []

  init(left: Side, right: Side) {
    self.left = left
    self.right = right
  }

  private var ancestor: TextPieces { left.pair.old }

  mutating func woven() -> [TextMerge.Part] {
    while let first = earlier(left.upcoming, right.upcoming) {
      settle(ancestor.text(place..<first.lowerBound))
      weave(from: first)
    }
    settle(ancestor.text(place..<ancestor.count))
    return parts
  }

  /// The changes that meet `range`, directly or by way of others, become one part.
  private mutating func weave(from range: Range<Int>) {
    var range = range
    let starts = (left.next, right.next)
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for side in [\Weaver.left, \Weaver.right] {
        while let hunk = self[keyPath: side].upcoming, Weaver.meet(range, hunk.old) {
          range = range.lowerBound..<max(range.upperBound, hunk.old.upperBound)
          self[keyPath: side].next += 1
          isGrowing = true
        }
      }
    }
    let mine = left.text(of: range, left.hunks[starts.0..<left.next])
    let theirs = right.text(of: range, right.hunks[starts.1..<right.next])
    place = range.upperBound
    if starts.1 == right.next {
      settle(mine)
    } else if starts.0 == left.next {
      settle(theirs)
    } else if mine.utf8.elementsEqual(theirs.utf8) {
      settle(mine)
    } else {
      parts.append(.conflict(ancestor: ancestor.text(range), left: mine, right: theirs))
    }
  }

  /// Two stretches meet if they share a piece, if both are the same place, or if one is a place
  /// inside the other. To lie side by side is not to meet: the order of the two is clear.
  private static func meet(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    if a == b { return true }
    return max(a.lowerBound, b.lowerBound) < min(a.upperBound, b.upperBound)
      || (b.isEmpty && a.lowerBound < b.lowerBound && b.lowerBound < a.upperBound)
  }

  /// The stretch that begins first; of two at one place the one that ends first.
  private func earlier(_ a: TextPair.Hunk?, _ b: TextPair.Hunk?) -> Range<Int>? {
    guard let a = a?.old, let b = b?.old else { return (a ?? b)?.old }
    return (a.lowerBound, a.upperBound) <= (b.lowerBound, b.upperBound) ? a : b
  }

  private mutating func settle(_ text: String) {
    if text.isEmpty { return }
    if case .settled(let before)? = parts.last {
      parts[parts.count - 1] = .settled(before + text)
    } else {
      parts.append(.settled(text))
    }
  }
}
