// A draft: what somebody types at the desk before it is an event, and the way to its release.
// Nothing of a draft leaves the house. Pure: no SQL, no clock.

package import Events

/// The name of a draft in addresses: 64 random bits in hexadecimal digits.
package struct DraftID: Sendable, Hashable, CustomStringConvertible {
  package let description: String

  private static let digits = 16

  /// Nil for any other form.
  package init?(_ text: String) {
    guard text.utf8.count == DraftID.digits,
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    description = text
  }

  /// A new name.
  package init(using random: inout some RandomNumberGenerator) {
    description = Hex.string(
      (0..<DraftID.digits / 2).map { _ in UInt8.random(in: 0...255, using: &random) })
  }
}

/// One edit of one item that is under way. A house has at most one draft of an item: whoever edits
/// it meets the others in it, and their texts are merged field by field.
///
/// - `marks` name what each shown field held when the edit began, `inputs` what it holds now.
/// - `context` is what was on the screen then, and stays so while the item changes elsewhere.
/// - Only a draft in the step `.review`, `.scheduled` or `.releasing` has a `text`.
package struct Draft: Sendable, Equatable {
  /// How far a draft is.
  package enum Step: String, Sendable {
    /// It is being written.
    case open
    /// Its author has asked for its release.
    case review
    /// Released for a later moment.
    case scheduled
    /// It is being appended to the log.
    case releasing
  }

  /// Inputs of the form by name, each with its values in the order of the page.
  package typealias Inputs = [String: [String]]

  /// Who wrote what a field holds: the person, the page that was typed into, and when.
  package struct Hand: Sendable, Equatable {
    /// The pseudonym.
    package let by: String
    /// Names the page, which is one window of one browser.
    package let page: String
    /// When.
    package let at: Timestamp

    /// That hand.
    package init(by: String, page: String, at: Timestamp) {
      self.by = by
      self.page = page
      self.at = at
    }
  }

  /// What two pages wrote into one field at the same time: the version that the inputs do not hold.
  package struct Other: Sendable, Equatable {
    /// The name of the field.
    package let field: String
    /// The field's inputs.
    package let inputs: Inputs
    /// Who wrote it.
    package let hand: Hand
  }

  /// The name of the draft.
  package let id: DraftID
  /// The item; of a new one the address that it will have.
  package let item: ItemID
  /// The word for the kind of the item.
  package let kind: String
  /// True if its release creates the item.
  package let isNew: Bool
  /// What was on the screen when the edit began.
  package var context: Context
  /// Field name → a name of what its inputs held then. A field without a mark is not in the form.
  package var marks: [String: String]
  /// What the form holds.
  package var inputs: Inputs
  /// Field name → who wrote what its inputs hold, where somebody did.
  package internal(set) var hands: [String: Hand] = [:]
  /// Versions that still have to be chosen from; at most one of a page for a field.
  package internal(set) var others: [Other] = []
  /// How far it is.
  package internal(set) var step = Step.open
  /// What was asked to be released, or is.
  package internal(set) var text: ReleaseText?
  /// Who asked for the release.
  package internal(set) var submitter: String?
  /// Who released it; nil until then.
  package internal(set) var releaser: String?
  /// When it is to be released; nil: at once.
  package internal(set) var due: Timestamp?
  /// The own line's last event when it began to be appended.
  package internal(set) var lineEnd: UInt64?
  /// What whoever opens the draft has to know: a comment, or why a release did not happen.
  package internal(set) var remark: Remark?
  /// Everybody who typed, in the order of coming.
  package private(set) var writers: [String]
  /// When it was last changed.
  package internal(set) var changed: Timestamp

  /// What is said to whoever opens the draft.
  package struct Remark: Sendable, Equatable {
    /// The pseudonym of who said it; nil if the program did.
    package let by: String?
    /// The words.
    package let text: String

    /// Those words.
    package init(by: String?, text: String) {
      self.by = by
      self.text = text
    }
  }

  /// A draft at its beginning.
  package init(
    id: DraftID, item: ItemID, kind: String, isNew: Bool, context: Context,
    marks: [String: String], inputs: Inputs, by: String, now: Timestamp
  ) {
    self.id = id
    self.item = item
    self.kind = kind
    self.isNew = isNew
    self.context = context
    self.marks = marks
    self.inputs = inputs
    writers = [by]
    changed = now
  }

  init(
    id: DraftID, item: ItemID, kind: String, isNew: Bool, context: Context,
    marks: [String: String], inputs: Inputs, writers: [String], changed: Timestamp
  ) {
    self.id = id
    self.item = item
    self.kind = kind
    self.isNew = isNew
    self.context = context
    self.marks = marks
    self.inputs = inputs
    self.writers = writers
    self.changed = changed
  }
}

/// Why a step of a draft cannot be taken.
package enum DraftError: Error, Sendable, Equatable {
  /// There is no such draft, or not any more.
  case unknown
  /// It is being appended to the log right now.
  case isReleasing
  /// What was looked at is not what the draft says now.
  case textChanged
  /// Two versions of a field have to be chosen from first.
  case hasOthers
  /// Under four eyes nobody releases what they wrote, or what nobody has handed in.
  case needsSecondPerson
  /// The moment of a timed release has passed.
  case momentPassed
}

extension Draft {
  /// Takes what a page holds in one field. What another page wrote there since is kept beside it.
  ///
  /// - Parameters:
  ///   - field: its name.
  ///   - typed: what the page holds.
  ///   - held: what the draft holds.
  ///   - isKnown: true if the page had shown what the draft holds.
  package mutating func take(
    _ field: String, typed: Inputs, held: Inputs, isKnown: Bool, from hand: Hand
  ) {
    others.removeAll { $0.field == field && $0.hand.page == hand.page }
    if !isKnown {
      let author = hands[field] ?? Hand(by: writers[0], page: "", at: changed)
      others.removeAll { $0.field == field && $0.hand.page == author.page }
      others.append(Other(field: field, inputs: held, hand: author))
    }
    set(typed, in: field, from: hand)
  }

  /// Decides between the versions of a field: the numbered one is taken, or dropped.
  package mutating func choose(_ number: Int, isTaken: Bool, by person: String, now: Timestamp) {
    guard others.indices.contains(number) else { return }
    let other = others.remove(at: number)
    if isTaken {
      set(other.inputs, in: other.field, from: Hand(by: person, page: "", at: now))
    }
  }

  private mutating func set(_ values: Inputs, in field: String, from hand: Hand) {
    // The names of a field's inputs are its own name and the key of the control.
    for name in inputs.keys where Draft.field(ofInput: name) == field { inputs[name] = nil }
    for (name, value) in values where value.contains(where: { !$0.isEmpty }) {
      inputs[name] = value
    }
    hands[field] = hand
  }

  /// `f.link/ab.url` belongs to the field `link/ab`.
  package static func field(ofInput name: String) -> String? {
    guard name.hasPrefix("f."), let dot = name.lastIndex(of: "."),
      let start = name.index(name.startIndex, offsetBy: 2, limitedBy: dot)
    else { return nil }
    return String(name[start..<dot])
  }

  /// Notes that somebody typed. Any change of the text ends what was asked or agreed for the text
  /// before it.
  ///
  /// - Throws: `.isReleasing`.
  package mutating func write(
    by writer: String, now: Timestamp, _ change: (inout Draft) -> Void
  ) throws(DraftError) {
    guard step != .releasing else { throw .isReleasing }
    let before = self
    change(&self)
    guard inputs != before.inputs || others != before.others || context != before.context else {
      return
    }
    changed = now
    if !writers.contains(writer) { writers.append(writer) }
    switch step {
    case .review:
      reopen("Der Text wurde geändert; die Bitte um Freigabe galt dem früheren und ist erloschen.")
    case .scheduled:
      reopen("Der Text wurde geändert; die geplante Freigabe galt dem früheren und ist erloschen.")
    case .open, .releasing: break
    }
  }

  /// Asks for the release of exactly this text.
  ///
  /// - Throws: `.isReleasing`, `.hasOthers`.
  package mutating func submit(
    _ text: ReleaseText, by submitter: String, comment: String?, now: Timestamp
  ) throws(DraftError) {
    guard step != .releasing else { throw .isReleasing }
    guard others.isEmpty else { throw .hasOthers }
    step = .review
    self.text = text
    self.submitter = submitter
    releaser = nil
    due = nil
    remark = comment.map { Remark(by: submitter, text: $0) }
    changed = now
  }

  /// Gives the draft back to its author.
  ///
  /// - Throws: `.isReleasing`.
  package mutating func handBack(
    by person: String, comment: String, now: Timestamp
  ) throws(DraftError) {
    guard step != .releasing else { throw .isReleasing }
    reopen(comment, by: person)
    changed = now
  }

  /// Releases exactly the text that somebody has looked at, at once or at a moment.
  ///
  /// - Parameters:
  ///   - seen: the text that was on the screen.
  ///   - text: what the draft says now.
  ///   - due: the moment; nil: now.
  ///   - fourEyes: true if the house wants a second person.
  /// - Throws: `.isReleasing`, `.hasOthers`, `.textChanged`, `.needsSecondPerson`, `.momentPassed`.
  package mutating func release(
    seen: Digest?, text: ReleaseText, by person: String, due: Timestamp?, fourEyes: Bool,
    now: Timestamp
  ) throws(DraftError) {
    guard step != .releasing else { throw .isReleasing }
    guard others.isEmpty else { throw .hasOthers }
    guard seen == nil || seen == text.digest else { throw .textChanged }
    if fourEyes {
      guard step != .open, self.text == text, !writers.contains(person), submitter != person else {
        throw .needsSecondPerson
      }
    }
    if let due, due <= now { throw .momentPassed }
    step = .scheduled
    self.text = text
    releaser = person
    self.due = due ?? now
    changed = now
  }

  /// Takes a timed release back, or says why it did not happen. The text stays.
  package mutating func reopen(_ words: String, by person: String? = nil) {
    step = .open
    text = nil
    submitter = nil
    releaser = nil
    due = nil
    lineEnd = nil
    remark = Remark(by: person, text: words)
  }

  /// Begins to append: from here on nobody types, and a killed node knows where to look.
  package mutating func begin(lineEnd: UInt64) {
    precondition(step == .scheduled, "only what was released is appended")
    step = .releasing
    self.lineEnd = lineEnd
  }

  /// The append failed and may work later.
  package mutating func postpone() {
    precondition(step == .releasing, "only what was begun is postponed")
    step = .scheduled
    lineEnd = nil
  }

  /// The event that its release appends; nil unless it was released.
  package var event: EventDraft? {
    guard step == .scheduled || step == .releasing, let text, let releaser else { return nil }
    let author = submitter ?? writers.last ?? releaser
    return EventDraft(
      type: text.type, item: item, context: text.context, by: author,
      released: author == releaser ? nil : releaser, writes: text.writes)
  }

  /// True if `event` is the one that the release of this draft appended.
  package func isReleased(by event: Event) -> Bool {
    guard let text, event.item == item, event.type == text.type, event.context == text.context
    else { return false }
    return event.fields.map(\.name) == text.writes.map(\.name)
      && text.writes.allSatisfy { event.value($0.name) == $0.value }
  }
}
