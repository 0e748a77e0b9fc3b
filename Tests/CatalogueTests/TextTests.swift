// The laws of comparing and merging texts. Protocols/http-api.md §4.

import Testing

@testable import Catalogue

@Suite struct TextDiffs {
  /// Put together, the parts of one side.
  private func side(_ diff: TextDiff, isOld: Bool) -> String {
    diff.parts.map { part in
      switch part {
      case .kept(let text): text
      case .removed(let text): isOld ? text : ""
      case .added(let text): isOld ? "" : text
      }
    }.joined()
  }

  private func isTrue(_ diff: TextDiff, _ old: String, _ new: String) -> Bool {
    side(diff, isOld: true).utf8.elementsEqual(old.utf8)
      && side(diff, isOld: false).utf8.elementsEqual(new.utf8)
  }

  @Test func changedWordsAreTold() {
    let diff = TextDiff(from: "Die App ist neu.", to: "Die Abfall-App ist alt.")
    #expect(
      diff.parts == [
        .kept("Die "), .added("Abfall-"), .kept("App ist "), .removed("neu"), .added("alt"),
        .kept("."),
      ])
    #expect(!diff.isCoarse)
  }

  @Test func wordsThatChangedInARowAreOneChange() {
    let diff = TextDiff(from: "am roten Haus", to: "am blauen Turm")
    #expect(diff.parts == [.kept("am "), .removed("roten Haus"), .added("blauen Turm")])
  }

  @Test func whatWasAddedOrRemovedLooksWhole() {
    let removed = TextDiff(from: "Ein Satz.\n\nZwei Satz.", to: "Ein Satz.")
    #expect(removed.parts == [.kept("Ein Satz."), .removed("\n\nZwei Satz.")])
    let added = TextDiff(
      from: "- ein Ding\n- drei Ding", to: "- ein Ding\n- zwei Ding\n- drei Ding")
    #expect(
      added.parts == [.kept("- ein Ding\n"), .added("- zwei Ding\n"), .kept("- drei Ding")])
  }

  @Test func equalTextsAreKept() {
    #expect(TextDiff(from: "", to: "").parts == [])
    #expect(TextDiff(from: "Ein Text.", to: "Ein Text.").parts == [.kept("Ein Text.")])
    #expect(TextDiff(from: "", to: "neu").parts == [.added("neu")])
    #expect(TextDiff(from: "alt", to: "").parts == [.removed("alt")])
  }

  @Test func stringsThatLookAlikeDifferByTheirBytes() {
    let old = "Caf\u{e9} und Bar"
    let new = "Cafe\u{301} und Bar"
    let diff = TextDiff(from: old, to: new)
    #expect(diff.parts.count == 3 && isTrue(diff, old, new))
  }

  /// All texts of up to five pieces over three.
  static let small: [String] = {
    var texts = [""]
    var last = [""]
    for _ in 0..<5 {
      last = last.flatMap { text in ["a", ".", "\n"].map { text + $0 } }
      texts += last
    }
    return texts
  }()

  @Test func appliedToTheFirstTextADiffGivesTheSecond() {
    for old in TextDiffs.small where old.utf8.count < 5 {
      for new in TextDiffs.small {
        let diff = TextDiff(from: old, to: new)
        guard isTrue(diff, old, new) else {
          Issue.record("\(old.debugDescription) to \(new.debugDescription): \(diff.parts)")
          return
        }
      }
    }
  }

  @Test func asMuchIsKeptAsCanBe() {
    let alphabet: [Int32] = [0, 1]
    var all: [[Int32]] = [[]]
    var last: [[Int32]] = [[]]
    for _ in 0..<6 {
      last = last.flatMap { row in alphabet.map { row + [$0] } }
      all += last
    }
    for old in all {
      for new in all {
        var search = MatchSearch(old, new, steps: 10_000)
        let isDone = search.run()
        #expect(isDone)
        let kept = search.matches.reduce(0) { $0 + $1.count }
        guard kept == TextDiffs.common(old, new) else {
          Issue.record("\(old) and \(new): \(search.matches)")
          return
        }
      }
    }
  }

  /// The length of the longest common subsequence, by the book.
  private static func common(_ a: [Int32], _ b: [Int32]) -> Int {
    var row = Array(repeating: 0, count: b.count + 1)
    for x in a {
      var before = 0
      for (index, y) in b.enumerated() {
        let above = row[index + 1]
        row[index + 1] = x == y ? before + 1 : max(above, row[index])
        before = above
      }
    }
    return row[b.count]
  }

  @Test func longTextsAreComparedWithinTheirSteps() {
    var random = Seeded(state: 7)
    let words = (0..<400).map { "wort\($0)" }
    func text(_ bytes: Int) -> String {
      var text = ""
      while text.utf8.count < bytes {
        text += words[Int.random(in: 0..<words.count, using: &random)]
        text += Int.random(in: 0..<30, using: &random) == 0 ? "\n\n" : " "
      }
      return text
    }
    let old = text(250_000)
    let edited = old.replacing("wort7 ", with: "Wort sieben ", maxReplacements: 20)
    let near = TextDiff(from: old, to: edited)
    #expect(!near.isCoarse && isTrue(near, old, edited))
    let other = text(250_000)
    var steps = 200_000
    let far = TextDiff(from: old, to: other, steps: &steps)
    #expect(far.isCoarse && isTrue(far, old, other))
    #expect(steps >= 0)
  }

  @Test func withoutStepsOnlyTheFrameIsKept() {
    var steps = 0
    let diff = TextDiff(from: "Am Montag um drei.", to: "Am Dienstag gegen drei.", steps: &steps)
    #expect(
      diff.parts == [
        .kept("Am "), .removed("Montag um"), .added("Dienstag gegen"), .kept(" drei."),
      ])
    #expect(diff.isCoarse)
    for (old, new) in [("", "a"), ("a b", "a"), ("ü ä", "ü ö"), ("a a", "a a a"), ("x", "x")] {
      #expect(isTrue(TextDiff(from: old, to: new, steps: &steps), old, new))
    }
  }

  @Test func aPageSpendsItsStepsOnce() {
    var steps = 10_000
    var wasCoarse = false
    for number in 0..<200 {
      let diff = TextDiff(
        from: "Satz \(number) ist alt. \(number)", to: "Satz \(number) ist neu.", steps: &steps)
      #expect(steps >= 0 && (diff.isCoarse || !wasCoarse))
      wasCoarse = diff.isCoarse
    }
    #expect(wasCoarse)
  }
}

@Suite struct TextMerges {
  @Test func changesOfDifferentParagraphsAreMerged() {
    let merge = TextMerge(
      ancestor: "Eins.\n\nZwei.\n\nDrei.", left: "Eins neu.\n\nZwei.\n\nDrei.",
      right: "Eins.\n\nZwei.\n\nDrei.\n\nVier.")
    #expect(merge.text == "Eins neu.\n\nZwei.\n\nDrei.\n\nVier.")
  }

  @Test func neighbouringParagraphsDoNotMeet() {
    let merge = TextMerge(ancestor: "A\n\nB", left: "A1\n\nB", right: "A\n\nB1\n\nC")
    #expect(merge.text == "A1\n\nB1\n\nC")
  }

  @Test func changesOfOneParagraphAreAConflict() {
    let merge = TextMerge(
      ancestor: "Kopf\n\nUm drei.\n\nFuß", left: "Kopf\n\nUm vier.\n\nFuß",
      right: "Kopf\n\nUm fünf.\n\nFuß neu")
    #expect(merge.text == nil)
    #expect(
      merge.parts == [
        .settled("Kopf\n\n"), .conflict(ancestor: "Um drei.", left: "Um vier.", right: "Um fünf."),
        .settled("\n\nFuß neu"),
      ])
    #expect(merge.text(taking: .right) == "Kopf\n\nUm fünf.\n\nFuß neu")
  }

  @Test func linesOfOneParagraphAreNotMergedButPointsOfAListAre() {
    let lines = TextMerge(ancestor: "eins\nzwei", left: "EINS\nzwei", right: "eins\nZWEI")
    #expect(lines.hasConflict)
    let points = TextMerge(
      ancestor: "- eins\n- zwei", left: "- EINS\n- zwei", right: "- eins\n- ZWEI")
    #expect(points.text == "- EINS\n- ZWEI")
    let heading = TextMerge(ancestor: "## A\nb", left: "## A1\nb", right: "## A\nb1")
    #expect(heading.text == "## A1\nb1")
  }

  @Test func bothAddingAtOnePlaceIsAConflict() {
    let merge = TextMerge(ancestor: "A", left: "A\n\nB", right: "A\n\nC")
    #expect(merge.hasConflict)
    #expect(TextMerge(ancestor: "A", left: "A\n\nB", right: "A\n\nB").text == "A\n\nB")
  }

  private static func swapped(_ merge: TextMerge) -> [TextMerge.Part] {
    merge.parts.map { part in
      guard case .conflict(let ancestor, let left, let right) = part else { return part }
      return .conflict(ancestor: ancestor, left: right, right: left)
    }
  }

  /// Debug builds merge up to a hundred times slower.
  #if DEBUG
    static let pieces = 2
  #else
    static let pieces = 3
  #endif

  /// Each law for each three texts of few pieces.
  @Test func theLawsOfMergingHold() {
    var texts = [""]
    var last = [""]
    for _ in 0..<TextMerges.pieces {
      last = last.flatMap { text in ["a", "b", "\n\n"].map { text + $0 } }
      texts += last
    }
    for ancestor in texts {
      for left in texts {
        #expect(TextMerge(ancestor: ancestor, left: ancestor, right: left).text == left)
        #expect(TextMerge(ancestor: ancestor, left: left, right: ancestor).text == left)
        #expect(TextMerge(ancestor: ancestor, left: left, right: left).text == left)
        for right in texts {
          let merge = TextMerge(ancestor: ancestor, left: left, right: right)
          let mirror = TextMerge(ancestor: ancestor, left: right, right: left)
          guard TextMerges.swapped(mirror) == merge.parts else {
            Issue.record("not symmetric: \([ancestor, left, right]): \(merge.parts)")
            return
          }
        }
      }
    }
  }

  /// What one side alone changed is never lost and never told twice.
  @Test func everyParagraphThatOneSideChangedIsThere() {
    var random = Seeded(state: 3)
    for _ in 0..<200 {
      let count = Int.random(in: 1...12, using: &random)
      let old = (0..<count).map { "P\($0)" }
      var left = old
      var right = old
      for index in 0..<count {
        switch Int.random(in: 0...3, using: &random) {
        case 0: left[index] += " links"
        case 1: right[index] += " rechts"
        default: break
        }
      }
      let expected = (0..<count).map { left[$0] == old[$0] ? right[$0] : left[$0] }
      let merge = TextMerge(
        ancestor: old.joined(separator: "\n\n"), left: left.joined(separator: "\n\n"),
        right: right.joined(separator: "\n\n"))
      #expect(merge.text == expected.joined(separator: "\n\n"))
    }
  }
}
