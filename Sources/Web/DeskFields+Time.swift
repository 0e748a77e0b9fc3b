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

  /// When the item leaves the lists by itself: a moment of the region's clocks.
  static let expires = DeskField(
    name: "expires", label: "Ablauf",
    controls: [
      Control(
        key: "day", label: "Nicht mehr in Listen ab", look: .day,
        hint: "Der Eintrag bleibt unter seiner Adresse und in der Suche."),
      Control(key: "clock", label: "Uhrzeit", look: .clock, hint: "leer: 0 Uhr"),
    ],
    complaint: "Kein Tag des Kalenders.",
    fill: { value in
      guard let moment = value.text.flatMap({ Timestamp($0) }) else { return [:] }
      let local = BerlinTime.local(moment)
      return ["day": [local.day.iso], "clock": [String(local.iso.suffix(5))]]
    },
    read: { inputs, _ in
      guard let text = time(inputs, "day", "clock") else { return .null }
      // What is no time is given on as it is, so that the catalogue refuses it.
      return .string(LocalTime(text).map { BerlinTime.moment(of: $0).description } ?? text)
    })

  /// How a date repeats. Rules that the inputs do not show are kept until somebody changes them.
  static let recurrence = DeskField(
    name: "recurrence", label: "Wiederholung",
    controls: [
      Control(
        key: "every", label: "Wiederholung",
        look: .choice([
          ("DAILY", "täglich"), ("WEEKLY", "wöchentlich"), ("MONTHLY", "monatlich"),
          ("YEARLY", "jährlich"),
        ])),
      Control(key: "interval", label: "Abstand", look: .line, hint: "2: jedes zweite Mal"),
      Control(key: "until", label: "Letzter Tag", look: .day),
      Control(
        key: "days", label: "Wochentage", look: .line,
        hint: "zum Beispiel: MO,TH – oder 1TU für den ersten Dienstag im Monat"),
    ],
    complaint: "Diese Wiederholung gibt es nicht: Abstand 1 bis 99, Wochentage wie MO,TH.",
    fill: { value in
      let parts = rule(value.text)
      let until = parts["UNTIL"].map {
        "\($0.prefix(4))-\($0.dropFirst(4).prefix(2))-\($0.suffix(2))"
      }
      return [
        "every": [parts["FREQ"] ?? ""], "interval": [parts["INTERVAL"] ?? ""],
        "until": [until ?? ""], "days": [parts["BYDAY"] ?? ""],
      ]
    },
    read: { inputs, before in
      let every = first(inputs, "every")
      guard !every.isEmpty else { return .null }
      var parts = ["FREQ=\(every)"]
      let interval = first(inputs, "interval")
      if !interval.isEmpty { parts.append("INTERVAL=\(interval)") }
      let days = first(inputs, "days").uppercased().replacing(" ", with: "")
      if !days.isEmpty { parts.append("BYDAY=\(days)") }
      let until = first(inputs, "until")
      if !until.isEmpty {
        parts.append("UNTIL=\(until.replacing("-", with: ""))")
      } else if let count = rule(before?.text)["COUNT"] {
        parts.append("COUNT=\(count)")
      }
      return .string(parts.joined(separator: ";"))
    })

  /// The parts of a rule by name.
  private static func rule(_ text: String?) -> [String: String] {
    Dictionary(
      (text ?? "").split(separator: ";").compactMap { part in
        let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
        return pair.count == 2 ? (pair[0], pair[1]) : nil
      }, uniquingKeysWith: { first, _ in first })
  }

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
