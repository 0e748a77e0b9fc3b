// From what an editor wants to say to the bytes of an event. Protocols/event.md §4.

/// An event before it has a place on its line.
package struct EventDraft: Sendable, Equatable {
  /// Why.
  package var type: String
  /// What it writes; nil for events about no item.
  package var item: ItemID?
  /// What the editor had on the screen.
  package var context: Context
  /// How often the own line had been replaced from a fork on when the context was read: the log
  /// brings it into the line's numbers of now. Nil: the context is of now.
  package var branches: UInt64?
  /// The pseudonym of the editor.
  package var by: String?
  /// The pseudonym of who released it, where that was somebody else.
  package var released: String?
  /// The original, where this re-issues one.
  package var reissues: Event.Original?
  /// The fields in the order of their lines.
  package var writes: [Write]

  /// One field and its new value; `.null` clears it.
  package struct Write: Sendable, Equatable {
    /// The name of the field.
    package let name: String
    /// The new value.
    package let value: FieldValue

    /// That value for that field.
    package init(_ name: String, _ value: FieldValue) {
      self.name = name
      self.value = value
    }
  }

  /// A draft; what is not told is absent.
  package init(
    type: String, item: ItemID? = nil, context: Context = .empty, by: String? = nil,
    released: String? = nil, reissues: Event.Original? = nil, writes: [Write]
  ) {
    self.type = type
    self.item = item
    self.context = context
    self.by = by
    self.released = released
    self.reissues = reissues
    self.writes = writes
  }

  /// The event at a place of the author's line.
  ///
  /// - Parameters:
  ///   - dot: the author's line and the next number on it.
  ///   - at: the author's clock.
  ///   - prev: the id of the event before on the line; zero for the first.
  ///   - lineKey: the secret of the line.
  ///   - random: where the salts come from.
  /// - Throws: `EventError` if the draft breaks a limit or a rule of the format.
  package func event(
    at dot: Dot, time: Timestamp, prev: Digest, lineKey: [UInt8],
    using random: inout some RandomNumberGenerator
  ) throws(EventError) -> Event {
    var lines = CanonicalWriter()
    var hash = SHA256()
    for write in writes {
      var line = CanonicalWriter()
      line.raw("{\"f\":")
      line.string(write.name)
      line.raw(",\"s\":\"\(FieldSalt.make(using: &random))\",\"v\":")
      line.value(write.value)
      line.raw("}")
      hash.update(write.name)
      hash.update(0)
      hash.update(SHA256.hash(line.bytes))
      lines.bytes += line.bytes
      lines.bytes.append(0x0a)
    }
    let header = header(
      at: dot, time: time, prev: prev, commitment: hash.finish(), lineKey: lineKey)
    // The reader is the judge: what it refuses was never written.
    return try Event(scanning: header + lines.bytes)
  }

  /// The header line with its newline, over field lines of that commitment.
  func header(
    at dot: Dot, time: Timestamp, prev: Digest, commitment: Digest, lineKey: [UInt8]
  ) -> [UInt8] {
    var header = headerStart(at: dot, time: time)
    header.raw(",\"prev\":\"\(prev.hex)\",\"fields\":\"\(commitment.hex)\"")
    let mac = Event.mac(of: header.bytes.span, lineKey: lineKey)
    header.raw(",\"mac\":\"\(mac.hex)\"}\n")
    return header.bytes
  }

  private func headerStart(at dot: Dot, time: Timestamp) -> CanonicalWriter {
    var header = CanonicalWriter()
    header.raw("{\"v\":\(Event.version),\"site\":\"\(dot.site)\",\"seq\":\(dot.seq),\"at\":\"")
    header.timestamp(time)
    header.raw("\",\"type\":")
    header.string(type)
    if let item {
      header.raw(",\"item\":\"\(item)\"")
      header.context(context)
    }
    if let by {
      header.raw(",\"by\":")
      header.string(by)
    }
    if let released {
      header.raw(",\"released\":")
      header.string(released)
    }
    if let reissues {
      header.raw(",\"reissues\":{\"id\":\"\(reissues.id.hex)\",\"at\":\"\(reissues.at)\"}")
    }
    return header
  }
}

extension CanonicalWriter {
  /// The members `seen` and `also`; nothing where the context is empty.
  fileprivate mutating func context(_ context: Context) {
    if !context.seen.isEmpty {
      raw(",\"seen\":{")
      for (index, dot) in context.seen.entries.enumerated() {
        raw("\(index > 0 ? "," : "")\"\(dot.site)\":\(dot.seq)")
      }
      raw("}")
    }
    if !context.also.isEmpty {
      raw(",\"also\":[")
      for (index, range) in context.also.enumerated() {
        raw("\(index > 0 ? "," : "")\"\(range)\"")
      }
      raw("]")
    }
  }
}

extension DotRange: CustomStringConvertible {
  package var description: String {
    first == last ? "\(site):\(first)" : "\(site):\(first)-\(last)"
  }
}

extension Event {
  /// The code that only the holder of the line's secret can make: HMAC-SHA-256 of the header up to
  /// the member `mac`, cut to 128 bits.
  static func mac(of headerStart: Span<UInt8>, lineKey: [UInt8]) -> MAC {
    MAC(HMAC.code(headerStart, key: lineKey))
  }

  /// True if the event was written by a holder of `lineKey`. Takes the same time for every wrong
  /// code.
  package func isAuthentic(lineKey: [UInt8]) -> Bool {
    // `,"mac":"` + 32 digits + `"}` end every header.
    let start = headerLength - (8 + MAC.byteCount * 2 + 2)
    precondition(start > 0, "a scanned header ends with its mac")
    return Event.mac(of: text.span.extracting(0..<start), lineKey: lineKey) == mac
  }
}
