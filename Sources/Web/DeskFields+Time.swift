// Fields of the desk whose inputs are not simply the members of their value: times, prices, lists.

import Events

extension DeskField {
  static let released = DeskField(
    name: "released", label: "Meldungsdatum",
    controls: [
      Control(key: "day", label: "Tag", look: .day),
      Control(key: "clock", label: "Uhrzeit", look: .clock, hint: "wenn sie zählt"),
    ],
    complaint: "Kein Tag des Kalenders.",
    fill: { day($0.text, into: "day", "clock") },
    read: { inputs, _ in time(inputs, "day", "clock").map { .string($0) } ?? .null })

  static let when = DeskField(
    name: "when", label: "Zeit",
    controls: [
      Control(key: "startDay", label: "Erster Tag", look: .day),
      Control(key: "startClock", label: "Beginn", look: .clock, hint: "leer: ganztägig"),
      Control(key: "endDay", label: "Letzter Tag", look: .day, hint: "leer: am selben Tag"),
      Control(key: "endClock", label: "Ende", look: .clock),
    ],
    complaint: "Der Beginn fehlt, oder das Ende liegt davor.",
    fill: { value in
      day(value["start"]?.text, into: "startDay", "startClock")
        .merging(day(value["end"]?.text, into: "endDay", "endClock")) { first, _ in first }
    },
    read: { inputs, _ in
      guard let start = time(inputs, "startDay", "startClock") else { return .null }
      var ending = inputs
      if first(inputs, "endDay").isEmpty && !first(inputs, "endClock").isEmpty {
        ending["endDay"] = inputs["startDay"]
      }
      var members: [(String, FieldValue)] = [
        ("allDay", .bool(first(inputs, "startClock").isEmpty)), ("start", .string(start)),
        ("zone", "Europe/Berlin"),
      ]
      if let end = time(ending, "endDay", "endClock") { members.append(("end", .string(end))) }
      return .object(sorting: members)
    })

  static let price = DeskField(
    name: "price", label: "Eintritt",
    controls: [
      Control(key: "free", label: "Eintritt frei", look: .tick),
      Control(key: "text", label: "Preis", look: .line, hint: "zum Beispiel: 5 Euro, erm. 3 Euro"),
    ],
    complaint: "Entweder frei oder ein Preis.",
    fill: {
      ["free": $0["free"]?.truth == true ? ["1"] : [], "text": [$0["text"]?.text ?? ""]]
    },
    read: { inputs, _ in
      let text = first(inputs, "text")
      if !first(inputs, "free").isEmpty { return ["free": true] }
      return text.isEmpty ? .null : ["free": false, "text": .string(text)]
    })

  /// One partner a line: `Name | https://…`.
  static let partners = DeskField(
    name: "partners", label: "Partner außerhalb des Kreises",
    controls: [
      Control(
        key: "v", label: "Partner außerhalb des Kreises", look: .text(isLong: false),
        hint: "je Zeile einer: Name | https://…")
    ],
    complaint: "Je Zeile ein Name und, wenn es sie gibt, eine Adresse mit https://",
    fill: { value in
      let lines = (value.elements ?? []).map { partner in
        [partner["name"]?.text, partner["url"]?.text].compactMap(\.self).joined(separator: " | ")
      }
      return ["v": [lines.joined(separator: "\n")]]
    },
    read: { inputs, _ in
      let partners = lines(inputs).map { line -> FieldValue in
        let parts = line.split(separator: "|", maxSplits: 1).map { String($0).trimmed }
        guard parts.count == 2 else { return ["name": .string(line)] }
        return ["name": .string(parts[0]), "url": .string(parts[1])]
      }
      return partners.isEmpty ? .null : .array(partners)
    })

  /// One part of the programme a line: `10:00-10:45 Begrüßung`.
  static let programme = DeskField(
    name: "programme", label: "Programm",
    controls: [
      Control(
        key: "v", label: "Programm", look: .text(isLong: false),
        hint: "je Zeile ein Punkt: 10:00-10:45 Begrüßung")
    ],
    complaint: "Jede Zeile beginnt mit einer Uhrzeit: 10:00 oder 10:00-10:45.",
    fill: { value in
      let lines = (value.elements ?? []).map { entry in
        let to = entry["to"]?.text.map { "-\($0)" } ?? ""
        return "\(entry["from"]?.text ?? "")\(to) \(entry["title"]?.text ?? "")"
      }
      return ["v": [lines.joined(separator: "\n")]]
    },
    read: { inputs, _ in
      let entries = lines(inputs).map { line -> FieldValue in
        let parts = line.split(separator: " ", maxSplits: 1)
        let span = parts[0].split(separator: "-", maxSplits: 1)
        var members: [(String, FieldValue)] = [
          ("from", .string(span.first.map(String.init) ?? "")),
          ("title", .string(parts.count > 1 ? String(parts[1]).trimmed : "")),
        ]
        if span.count > 1 { members.append(("to", .string(String(span[1])))) }
        return .object(sorting: members)
      }
      return entries.isEmpty ? .null : .array(entries)
    })

  // MARK: - Pieces

  private static func lines(_ inputs: Inputs) -> [String] {
    first(inputs, "v").split(whereSeparator: \.isNewline).map { String($0).trimmed }
      .filter { !$0.isEmpty }
  }

  /// A local day or minute, taken apart.
  private static func day(_ text: String?, into dayKey: String, _ clockKey: String) -> Inputs {
    let parts = (text ?? "").split(separator: "T", maxSplits: 1)
    return [
      dayKey: [parts.first.map(String.init) ?? ""],
      clockKey: [parts.count > 1 ? String(parts[1]) : ""],
    ]
  }

  /// A local day or minute, put together; nil without a day.
  private static func time(_ inputs: Inputs, _ dayKey: String, _ clockKey: String) -> String? {
    let day = first(inputs, dayKey)
    // Some browsers send seconds, which nobody means.
    let clock = first(inputs, clockKey).prefix(5)
    if day.isEmpty { return clock.isEmpty ? nil : "T\(clock)" }
    return clock.isEmpty ? day : "\(day)T\(clock)"
  }
}
