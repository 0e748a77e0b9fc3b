// The content of `vesthub demo`: what an item of the demonstration is, and the short forms in which
// the rows of DemoProjects, DemoNews and DemoDates are written.

import Events
import Node

/// One item as its site first publishes it, and what becomes of it afterwards.
struct DemoItem: Sendable {
  /// How much of the text is a fact. What is not says so to its reader.
  enum Basis: Sendable {
    /// Told by public sources.
    case fact
    /// The subject is real; which city, when and how is chosen for the demonstration.
    case subject
    /// Made up.
    case sample
  }

  /// Names the item within the demonstration; unique.
  let key: String
  /// The site that creates and leads it.
  let site: String
  /// The creation, with the invitations of all who are to take part.
  let creation: DemoEdit
  /// The events by which invited sites take part.
  let joined: [DemoEdit]
  /// What follows, each edit on the state after the one before.
  let later: [DemoEdit]
  /// Edits made offline at the same time, after `later`, on one base: they are in conflict.
  let apart: [DemoEdit]

  /// All items: projects, news, dates.
  static let all: [DemoItem] =
    DemoProjects.all + DemoNews.all + DemoDates.all
}

/// One event on an item of the demonstration.
struct DemoEdit: Sendable {
  /// The type of the event.
  let type: String
  /// Whose line it stands on.
  let site: String
  /// Its fields, in ascending order of their names.
  let writes: [EventDraft.Write]

  /// An event with those fields.
  init(_ type: String, by site: String, _ fields: [String: FieldValue]) {
    self.type = type
    self.site = site
    writes = fields.sorted { $0.key < $1.key }.map { EventDraft.Write($0.key, $0.value) }
  }

  /// The lead takes the item back and tells why.
  static func withdrawn(by site: String, because reason: FieldValue) -> DemoEdit {
    DemoEdit("item.withdrawn", by: site, ["state": "withdrawn", "stateReason": reason])
  }

  /// The Kreis puts the item on the first page.
  static let featured = DemoEdit("item.annotated", by: "kreis", ["kreis/featured": true])
}

extension DemoItem {
  /// A project with its lead; `joined` tells which sites take part and how.
  static func project(
    _ key: String, of site: String, basis: Basis = .sample, title: String, summary: String,
    body: String, fields: [String: FieldValue], joined: [String: FieldValue] = [:],
    invited: [String] = [], later: [DemoEdit] = [], apart: [DemoEdit] = []
  ) -> DemoItem {
    item(
      "project", key, site, basis, title, summary, body, fields, joined, invited, later, apart)
  }

  /// A press release or a notice.
  static func news(
    _ key: String, of site: String, released: FieldValue, basis: Basis = .sample, title: String,
    summary: String, body: String, fields: [String: FieldValue], later: [DemoEdit] = []
  ) -> DemoItem {
    var fields = fields
    // A node refuses what is released in the future, which the sample's days are to an old clock.
    let today = String("\(Timestamp.now)".prefix(10))
    fields["released"] = .string(min(released.text ?? today, today))
    return item("news", key, site, basis, title, summary, body, fields, [:], [], later, [])
  }

  /// A date; `when` is one of `day(_:from:to:)` and `days(_:to:)`.
  static func date(
    _ key: String, of site: String, when: FieldValue, basis: Basis = .sample, title: String,
    summary: String, body: String, fields: [String: FieldValue], later: [DemoEdit] = [],
    apart: [DemoEdit] = []
  ) -> DemoItem {
    var fields = fields
    fields["when"] = when
    return item("date", key, site, basis, title, summary, body, fields, [:], [], later, apart)
  }

  private static func item(
    _ kind: String, _ key: String, _ site: String, _ basis: Basis, _ title: String,
    _ summary: String, _ body: String, _ fields: [String: FieldValue],
    _ joined: [String: FieldValue], _ invited: [String], _ later: [DemoEdit], _ apart: [DemoEdit]
  ) -> DemoItem {
    var fields = fields
    fields["title"] = .string(title)
    fields["summary"] = .string(summary)
    fields["body"] = .string(body + basis.note)
    fields["language"] = "de"
    fields["licence"] = fields["licence"] ?? "dl-by-de/2.0"
    fields["state"] = "published"
    let guests = joined.sorted { $0.key < $1.key }
    for guest in guests.map(\.key) + invited { fields["invited/\(guest)"] = true }
    return DemoItem(
      key: key, site: site, creation: DemoEdit("\(kind).created", by: site, fields),
      joined: guests.map { guest, value in
        DemoEdit("item.joined", by: guest, ["participant/\(guest)": value])
      },
      later: later, apart: apart)
  }
}

extension DemoItem.Basis {
  /// The last paragraph of the body, so that nobody takes a sample for a fact.
  var note: String {
    switch self {
    case .fact: ""
    case .subject:
      "\n\n*Das Thema ist echt; Zuordnung und Einzelheiten sind für die Vorführung gewählt.*"
    case .sample: "\n\n*Beispiel: Dieser Eintrag ist für die Vorführung erdacht.*"
    }
  }
}

// MARK: - Short forms of values

/// Whom to ask: an office, never a person.
func contact(_ function: FieldValue, _ email: FieldValue) -> FieldValue {
  ["email": email, "function": function]
}

/// A place; the street only where it is a fact.
func venue(_ name: FieldValue, _ postcode: FieldValue, _ town: FieldValue) -> FieldValue {
  ["name": name, "postcode": postcode, "town": town]
}

/// An address to go on from.
func link(_ kind: FieldValue, _ label: FieldValue, _ url: FieldValue) -> FieldValue {
  ["kind": kind, "label": label, "url": url]
}

/// From a time of day to another on one day, as clocks show it here.
func day(_ date: String, from start: String, to end: String) -> FieldValue {
  [
    "allDay": false, "end": .string("\(date)T\(end)"), "start": .string("\(date)T\(start)"),
    "zone": "Europe/Berlin",
  ]
}

/// Whole days.
func days(_ first: FieldValue, to last: FieldValue) -> FieldValue {
  ["allDay": true, "end": last, "start": first, "zone": "Europe/Berlin"]
}
