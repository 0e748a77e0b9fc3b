// What the value of a field must look like. Protocols/catalogue-fields.md states the same as
// tables.
// Lengths count Unicode scalars: they need no table that differs between versions of Unicode.

import Events

/// Predicates over values; every one is total and knows no clock and no place.
enum Shape {
  /// A heading fits on a page; longer ones were bodies pasted into the wrong box.
  static let titleCharacters = 300
  /// A teaser is a paragraph.
  static let summaryCharacters = 1_000
  /// Beyond these keywords stop telling anything.
  static let keywordCount = 20
  /// What browsers and servers pass on without cutting.
  static let urlCharacters = 2_000
  static let fieldOfActionCodes = ["verwaltung", "mobilitaet", "wirtschaft", "leben", "klima"]

  @Sendable static func any(_ value: FieldValue) -> Bool { true }
  @Sendable static func nothing(_ value: FieldValue) -> Bool { false }
  @Sendable static func yes(_ value: FieldValue) -> Bool { value == .bool(true) }

  // MARK: - Texts

  @Sendable static func text(_ value: FieldValue) -> Bool {
    guard let text = value.text else { return false }
    return text.unicodeScalars.allSatisfy { !isControl($0) || $0 == "\n" || $0 == "\t" }
  }

  /// A text without line breaks that is not blank.
  @Sendable static func line(_ value: FieldValue) -> Bool {
    guard let text = value.text else { return false }
    let scalars = text.unicodeScalars
    return scalars.contains { $0 != " " && $0 != "\u{a0}" } && !scalars.contains(where: isControl)
  }

  @Sendable static func title(_ value: FieldValue) -> Bool {
    line(value) && length(value) <= titleCharacters
  }

  @Sendable static func summary(_ value: FieldValue) -> Bool {
    text(value) && length(value) <= summaryCharacters
  }

  /// Links lead to https only; everything else of the subset is plain text until it is rendered.
  @Sendable static func markdown(_ value: FieldValue) -> Bool {
    guard text(value), let bytes = value.text.map({ Array($0.utf8) }) else { return false }
    let target = Array("](".utf8)
    let scheme = Array("https://".utf8)
    for index in bytes.indices where bytes[index...].starts(with: target) {
      guard bytes[(index + target.count)...].starts(with: scheme) else { return false }
    }
    return true
  }

  @Sendable static func language(_ value: FieldValue) -> Bool { value == "de" }

  @Sendable static func licence(_ value: FieldValue) -> Bool {
    code(value, of: ["dl-by-de/2.0", "dl-zero-de/2.0", "cc-by/4.0"])
  }

  @Sendable static func url(_ value: FieldValue) -> Bool {
    guard let text = value.text, length(value) <= urlCharacters, text.hasPrefix("https://") else {
      return false
    }
    let rest = text.utf8.dropFirst("https://".utf8.count)
    guard let first = rest.first, first != 0x2f, first != 0x3f, first != 0x23 else { return false }
    // Visible ASCII only, and nothing that ends an attribute: other characters are percent-encoded.
    return rest.allSatisfy { (0x21...0x7e).contains($0) && ![0x22, 0x3c, 0x3e, 0x5c].contains($0) }
  }

  @Sendable static func keywords(_ value: FieldValue) -> Bool {
    guard let all = value.elements, all.count <= keywordCount else { return false }
    return all.allSatisfy(line)
  }

  @Sendable static func fieldsOfAction(_ value: FieldValue) -> Bool {
    guard let all = value.elements, !all.isEmpty, areDistinct(all) else { return false }
    return all.allSatisfy { code($0, of: fieldOfActionCodes) }
  }

  // MARK: - Codes, ids, times

  @Sendable static func state(_ value: FieldValue) -> Bool {
    code(value, of: ["published", "withdrawn"])
  }
  @Sendable static func status(_ value: FieldValue) -> Bool {
    code(value, of: ["idea", "planned", "running", "done", "stopped"])
  }
  @Sendable static func site(_ value: FieldValue) -> Bool {
    value.text.flatMap { SiteID($0) } != nil
  }
  @Sendable static func item(_ value: FieldValue) -> Bool {
    value.text.flatMap { ItemID($0) } != nil
  }
  @Sendable static func moment(_ value: FieldValue) -> Bool {
    value.text.flatMap { Timestamp($0) } != nil
  }
  @Sendable static func localDate(_ value: FieldValue) -> Bool {
    value.text.map(LocalTime.isDate) ?? false
  }
  @Sendable static func localMinute(_ value: FieldValue) -> Bool {
    value.text.map(LocalTime.isMinute) ?? false
  }
  @Sendable static func localTime(_ value: FieldValue) -> Bool {
    localDate(value) || localMinute(value)
  }
  @Sendable static func clockTime(_ value: FieldValue) -> Bool {
    value.text.map(LocalTime.isClockTime) ?? false
  }
  @Sendable static func recurrence(_ value: FieldValue) -> Bool {
    value.text.map(RecurrenceRule.isValid) ?? false
  }

  // MARK: - Objects

  @Sendable static func link(_ value: FieldValue) -> Bool {
    let kinds = ["council", "survey", "registration", "video", "service", "other"]
    return object(
      value, ["kind": { code($0, of: kinds) }, "label": line, "url": url], required: 3)
  }

  @Sendable static func contact(_ value: FieldValue) -> Bool {
    object(value, ["function": line, "email": line, "phone": line, "person": line], required: 1)
  }

  @Sendable static func pressContact(_ value: FieldValue) -> Bool {
    object(value, ["function": line, "email": line, "phone": line], required: 1)
  }

  @Sendable static func source(_ value: FieldValue) -> Bool {
    object(value, ["id": line, "importer": line], required: 2)
  }

  @Sendable static func period(_ value: FieldValue) -> Bool {
    object(value, ["from": localDate, "to": localDate], required: 1)
      && ascends(value["from"], value["to"])
  }

  @Sendable static func participant(_ value: FieldValue) -> Bool {
    object(
      value, ["status": status, "contact": line, "since": localDate, "url": url], required: 1)
  }

  @Sendable static func partners(_ value: FieldValue) -> Bool {
    value.elements?.allSatisfy { object($0, ["name": line, "url": url], required: 1) } ?? false
  }

  @Sendable static func participation(_ value: FieldValue) -> Bool {
    object(
      value, ["kind": line, "from": localDate, "until": localDate, "url": url], required: 1)
      && ascends(value["from"], value["until"])
  }

  @Sendable static func when(_ value: FieldValue) -> Bool {
    guard let allDay = value["allDay"]?.truth else { return false }
    let time = allDay ? localDate : localMinute
    let shape: Members = ["allDay": any, "start": time, "zone": { $0 == zone }, "end": time]
    return object(value, shape, required: 3) && ascends(value["start"], value["end"])
  }

  @Sendable static func venue(_ value: FieldValue) -> Bool {
    let isPlaced = (value["lat"] == nil) == (value["lon"] == nil)
    let shape: Members = [
      "name": line, "postcode": postcode, "street": line, "town": line,
      "lat": { within($0, 90_000_000) }, "lon": { within($0, 180_000_000) },
    ]
    return object(value, shape, required: 1) && isPlaced
  }

  @Sendable static func price(_ value: FieldValue) -> Bool {
    guard let isFree = value["free"]?.truth else { return false }
    return object(value, isFree ? ["free": any] : ["free": any, "text": line], required: .max)
  }

  @Sendable static func registration(_ value: FieldValue) -> Bool {
    object(value, ["url": url, "deadline": localTime], required: 1)
  }

  @Sendable static func programme(_ value: FieldValue) -> Bool {
    value.elements?.allSatisfy {
      object($0, ["from": clockTime, "title": line, "to": clockTime], required: 2)
        && ascends($0["from"], $0["to"])
    } ?? false
  }

  @Sendable static func schedule(_ value: FieldValue) -> Bool {
    let states = ["scheduled", "postponed", "rescheduled", "cancelled"]
    return object(
      value, ["state": { code($0, of: states) }, "oldStart": localTime], required: 1)
  }

  @Sendable static func member(_ value: FieldValue) -> Bool {
    object(value, ["name": title, "state": { code($0, of: ["admitted", "left"]) }], required: 2)
  }

  // MARK: - Parts

  private static let zone: FieldValue = "Europe/Berlin"

  typealias Members = KeyValuePairs<String, @Sendable (FieldValue) -> Bool>

  /// An object with no members but those listed, the first `required` of which must be there.
  static func object(_ value: FieldValue, _ shape: Members, required: Int) -> Bool {
    guard case .object(let members) = value else { return false }
    var found = 0
    for (index, (name, fits)) in shape.enumerated() {
      if let member = value[name] {
        guard fits(member) else { return false }
        found += 1
      } else if index < required {
        return false
      }
    }
    return found == members.count
  }

  static func code(_ value: FieldValue, of codes: [String]) -> Bool {
    value.text.map(codes.contains) ?? false
  }

  private static func postcode(_ value: FieldValue) -> Bool {
    guard let text = value.text else { return false }
    return text.utf8.count == 5 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func within(_ value: FieldValue, _ bound: Int64) -> Bool {
    value.number.map { (-bound...bound).contains($0) } ?? false
  }

  /// Local times of one form are in the order of their texts; an open end fits every start.
  private static func ascends(_ start: FieldValue?, _ end: FieldValue?) -> Bool {
    guard let start = start?.text, let end = end?.text else { return true }
    return start <= end
  }

  private static func areDistinct(_ values: [FieldValue]) -> Bool {
    values.indices.allSatisfy { !values[..<$0].contains(values[$0]) }
  }

  static func length(_ value: FieldValue) -> Int { value.text?.unicodeScalars.count ?? 0 }

  /// Control characters and the line breaks beyond ASCII.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029: true
    default: false
    }
  }

  /// The key of a link: 1 to 32 of `a-z`, `0-9` and hyphens.
  static func isKey(_ text: Substring) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
      }
  }
}
