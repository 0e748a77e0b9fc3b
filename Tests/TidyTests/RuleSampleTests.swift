// Shows of each check of rules and vectors that it lets good text pass and that it can fail.

import Testing

@Suite struct RuleSampleTests {
  private func document(_ text: String) -> NamedText {
    NamedText(path: "Protocols/event.md", text: text)
  }

  @Test(arguments: [
    "A reader MUST refuse it [event-1]. It may do so at once.",
    "A reader of another version MUST\nNOT apply it, and forwards\nit [event-2]. Else nothing.",
    "It is a MUSTER.", "```\nMUST\n```\n\n    MUST",
    "| a | a reader MUST refuse it | [event-3] |",
    "It is good **if and only if**\n\n1. it is short [event-4],\n2. it is\n   long [event-5].",
    "1. It is long.\n2. It is short.",
  ])
  func aRuleWithAnIDPasses(text: String) {
    #expect(RuleChecks.sentencesWithoutID(in: document(text)).isEmpty)
  }

  @Test(arguments: [
    ("A reader MUST refuse it. Another [event-1].", 1),
    ("A reader takes it [event-1]. It MUST\nkeep it. It goes.", 1),
    ("| a | a reader MUST refuse it | |", 1), ("- fine\n- a reader MUST refuse it", 2),
    ("It is good **if and only if**\n\n1. it is short,\n2. it is long [event-1].", 3),
  ])
  func aRuleWithoutAnIDIsFound(text: String, line: Int) {
    #expect(RuleChecks.sentencesWithoutID(in: document(text)).map(\.line) == [line])
  }

  @Test func anIDIsGivenOnceAndOfAKnownWord() {
    #expect(RuleChecks.ids(in: [document("a [event-1] b [event-2]\nc [clock-1]")]).isEmpty)
    #expect(RuleChecks.ids(in: [document("a [event-1]\nb [event-1]")]).map(\.line) == [2])
    #expect(RuleChecks.ids(in: [document("a [tide-1]")]).count == 1)
  }

  @Test func aRuleIsShownByAVectorOrATest() {
    let documents = [document("a [event-1] b [event-2]")]
    let vector = NamedText(path: "v.txt", text: "why: x\nrule: event-1\n\nrule: event-3\n")
    let test = NamedText(path: "t.swift", text: "// event-2\n@Test func a() {}")
    let unshown = RuleChecks.unshown(in: documents, vectors: [vector], tests: [test])
    #expect(unshown.isEmpty)
    #expect(RuleChecks.unshown(in: documents, vectors: [vector], tests: []).count == 1)
    #expect(RuleChecks.unshown(in: documents, vectors: [], tests: [test]).count == 1)
    #expect(RuleChecks.unknown(in: documents, vectors: [vector], tests: [test]).isEmpty)
  }

  @Test func anUnknownRuleIsFound() {
    let vector = NamedText(path: "v.txt", text: "rule: event-1 event-9\n\n")
    let test = NamedText(path: "t.swift", text: "\n// merge-7, and herten-7")
    let documents = [document("a [event-1]")]
    let findings = RuleChecks.unknown(in: documents, vectors: [vector], tests: [test])
    #expect(findings.map(\.path) == ["v.txt", "t.swift"] && findings.map(\.line) == [nil, 2])
  }

  @Test func aReferenceToASectionThatIsNoneIsFound() {
    let text = "## 1. Names\n\n| 1.2 | site |\n\n### 1.7 Rest\n\n## 2. Limits\n\n1. few\n"
    let documents = [document(text)]
    func lines(_ reference: String) -> [Int?] {
      RuleChecks.brokenReferences(
        in: NamedText(path: "A.swift", text: "//\n// Protocols/" + reference), documents: documents
      ).map(\.line)
    }
    let good = ["event.md §1.", "event.md §1 and §2.", "event.md` §1.2", "event.md §1.7 §2.1"]
    for reference in good { #expect(lines(reference) == [], "\(reference)") }
    for reference in ["event.md §3", "event.md §1.1", "event.md §1 to §4", "ebent.md §1"] {
      #expect(lines(reference) == [2], "\(reference)")
    }
  }

  @Test func anUnreadVectorIsFound() {
    let paths = ["Protocols/vectors/clock/a.txt", "Protocols/vectors/merge/b-2.txt"]
    #expect(TreeChecks.unreadVectors(in: paths, tests: ["read(\"clock\")", "\"merge\""]).isEmpty)
    let findings = TreeChecks.unreadVectors(in: paths, tests: ["read(\"clock\")", "merge"])
    #expect(findings.map(\.path) == ["Protocols/vectors/merge/b-2.txt"])
  }

  @Test(arguments: ["a.txt", "clock/a.json", "clock/A.txt", "clock/a/b.txt", "clock/.a.txt"])
  func aVectorOfAnotherNameIsFound(name: String) {
    let findings = TreeChecks.unreadVectors(in: ["Protocols/vectors/" + name], tests: ["\"clock\""])
    #expect(findings.count == 1)
  }

  @Test(arguments: [
    ("why: a\nrule: event-1\nexpect: event\n\n", 0), ("why: a\nexpect: event\n\n", 1),
    ("why: a\nwhy: b\nrule: event-1\nexpect: event\n\n", 1), ("why: \nrule: a-1\nexpect: b\n\n", 1),
    ("why: a\nrule: event-1\nexpect: event", 1), ("\nwhy: a\nrule: event-1\nexpect: event\n\n", 3),
  ])
  func aVectorWithoutItsHeadsIsFound(text: String, count: Int) {
    #expect(TreeChecks.headsOfVector(NamedText(path: "v.txt", text: text)).count == count)
  }
}
