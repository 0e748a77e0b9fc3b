// Values of fields as texts for people, and the difference of two such texts as markup.

import Catalogue
import Events

/// What a page needs to tell a value.
struct DeskValues: Sendable {
  let region: Region
  let kind: ItemKind

  /// A value as text: the lines of its inputs, or words for what no form shows.
  func text(_ value: FieldValue?, field: String) -> String {
    guard let value, value != .null else { return "" }
    if let known = formField(field) {
      let inputs = known.fill(value)
      let lines: [String] = known.controls.compactMap { control in
        let text = (inputs[control.key] ?? []).map { DeskValues.word($0, control) }
          .joined(separator: ", ")
        if text.isEmpty { return nil }
        return known.controls.count == 1 ? text : "\(control.label): \(text)"
      }
      return lines.joined(separator: "\n")
    }
    return word(value, field: field)
  }

  /// What a field is called, with the publisher that it is about.
  func name(_ field: String) -> String {
    let parts = field.split(separator: "/", maxSplits: 1)
    if parts.count == 2, ["invited", "participant"].contains(parts[0]),
      let site = SiteID(String(parts[1]))
    {
      return "\(Texts.fieldName(field)): \(region.label(site))"
    }
    return Texts.fieldName(field)
  }

  /// Fields in the order of the form, what no form shows behind them.
  func ordered<Element>(_ all: [Element], by name: (Element) -> String) -> [Element] {
    let form = DeskField.groups(of: kind).flatMap(\.fields).map(\.name)
    func place(_ element: Element) -> Int { form.firstIndex(of: name(element)) ?? form.count }
    return all.enumerated().sorted { (place($0.1), $0.0) < (place($1.1), $1.0) }.map(\.1)
  }

  private func formField(_ name: String) -> DeskField? {
    if let site = FieldRules.site(in: name, after: "participant/") { return .participant(site) }
    return DeskField.named(name, of: kind)
  }

  private func word(_ value: FieldValue, field: String) -> String {
    if value == .bool(true) { return "ja" }
    if field == "schedule" {
      let old = LocalTime(value["oldStart"]?.text).map { "\nBisher: \($0.span(to: nil))" } ?? ""
      return (Texts.schedule(value["state"]?.text) ?? "Wie geplant") + old
    }
    guard let text = value.text else { return value.canonicalText }
    switch field {
    case "state": return text == "withdrawn" ? "zurückgezogen" : "veröffentlicht"
    case "lead": return SiteID(text).map(region.label) ?? text
    case "expires": return Timestamp(text).map(BerlinTime.stamp) ?? text
    default: return text
    }
  }

  /// What an input's value is called.
  static func word(_ value: String, _ control: Control) -> String {
    switch control.look {
    case .choice(let all), .checks(let all): all.first { $0.code == value }?.label ?? value
    case .tick: value.isEmpty ? "" : "ja"
    case .day: Day(value)?.long ?? value
    default: value
    }
  }

  // MARK: - Markup

  /// A whole text.
  static func whole(_ text: String) -> HTML {
    text.isEmpty ? "<p><i>leer</i></p>" : "<div class=\"diff\">\(text)</div>"
  }

  /// A text with what was changed in it since another. Long stretches without a change are cut.
  static func changes(from old: String, to new: String, steps: inout Int) -> HTML {
    if new.isEmpty {
      return old.isEmpty ? whole("") : "<div class=\"diff\"><del>\(old)</del></div>"
    }
    let diff = TextDiff(from: old, to: new, steps: &steps)
    let last = diff.parts.count - 1
    let parts: [HTML] = diff.parts.enumerated().map { index, part in
      switch part {
      case .kept(let text): kept(text, isFirst: index == 0, isLast: index == last)
      case .removed(let text): "<del>\(text)</del>"
      case .added(let text): "<ins>\(text)</ins>"
      }
    }
    return "<div class=\"diff\">\(parts)</div>"
  }

  /// Characters beside a change that are shown.
  private static let aroundCharacters = 160

  private static func kept(_ text: String, isFirst: Bool, isLast: Bool) -> HTML {
    let around = aroundCharacters
    // Bytes tell quickly that nothing has to be cut.
    guard text.utf8.count > around * 3, text.count > around * 3 else { return "\(text)" }
    let gap: HTML = "<span class=\"gap\"> […] </span>"
    let head: HTML? = isFirst ? nil : "\(text.prefix(around))"
    let tail: HTML? = isLast ? nil : "\(text.suffix(around))"
    return isFirst && isLast
      ? "\(text.prefix(around))\(gap)" : "\(head)\(gap)\(tail)"
  }
}

extension DeskSite {
  /// Who a page says wrote an event: a name where it is somebody of this house, else the pseudonym,
  /// which only the author's house can tell.
  func author(_ pseudonym: String?, of author: SiteID) -> String {
    guard let pseudonym else { return "" }
    return author == site ? name(of: pseudonym) : pseudonym
  }

  /// A value for people: the inputs' texts, or the canonical text of what no form shows.
  static func shown(_ value: FieldValue?, field: String, kind: ItemKind) -> HTML {
    guard let value, value != .null else { return "<p><i>leer</i></p>" }
    guard let known = DeskField.named(field, of: kind) else {
      return "<pre>\(value.text ?? value.canonicalText)</pre>"
    }
    return shown(known.fill(value), known)
  }

  /// The inputs of a field for people.
  static func shown(_ inputs: DeskField.Inputs, _ field: DeskField) -> HTML {
    if field.isMedia, !DeskField.facts(in: inputs).isEmpty {
      return MediaInputs(field: field, inputs: inputs).shown
    }
    let lines: [HTML] = field.controls.compactMap { control in
      let text = (inputs[control.key] ?? []).map { DeskValues.word($0, control) }
        .joined(separator: ", ")
      guard !text.isEmpty else { return nil }
      return field.controls.count == 1
        ? "<pre>\(text)</pre>" : "<p><small>\(control.label)</small><br>\(text)</p>"
    }
    return lines.isEmpty ? "<p><i>leer</i></p>" : lines.joined()
  }
}
