// From a draft to bytes and back, and what a changed byte does.

import Events
import Foundation
import Testing

struct EventTests {
  @Test func aDraftIsReadBackFromItsBytes() throws {
    var draft = Sample.draft
    draft.released = "l1"
    draft.reissues = Event.Original(
      id: SHA256.hash([2]), at: Timestamp(milliseconds: 1_709_251_199_999))
    let event = try Sample.event(draft)
    #expect(event.version == 1 && event.dot == Dot(Sample.herten, 42) && event.at == Sample.time)
    #expect(event.type == draft.type && event.item == draft.item)
    #expect(event.context == draft.context)
    #expect(event.by == "r2" && event.released == "l1" && event.reissues == draft.reissues)
    #expect(event.prev == SHA256.hash([1]))
    #expect(event.id == SHA256.hash(Array(event.header)))
    #expect(event.fields.map(\.name) == draft.writes.map(\.name))
    for write in draft.writes { #expect(event.value(write.name) == write.value) }
    #expect(event.value("none") == nil)
    #expect(try Event(scanning: event.text) == event)
  }

  @Test func aStoredEventIsReadAlike() throws {
    let event = try Sample.event()
    let stored = try Event(scanning: event.text, checking: .stored(id: event.id))
    #expect(stored.id == event.id && stored.context == event.context)
    #expect(stored.fields.map(\.hash) == event.fields.map(\.hash))
    #expect(stored.fields.map(\.value) == event.fields.map(\.value))
  }

  @Test func onlyTheHolderOfTheSecretIsAuthentic() throws {
    let event = try Sample.event()
    #expect(event.isAuthentic(lineKey: Sample.lineKey))
    #expect(!event.isAuthentic(lineKey: [1]))
    #expect(!event.isAuthentic(lineKey: Sample.lineKey.reversed()))
  }

  @Test func everyLineHasASaltOfItsOwn() throws {
    let event = try Sample.event()
    #expect(Set(event.fields.map(\.hash)).count == event.fields.count)
    #expect(try Sample.event(seed: 2).id != event.id)
    #expect(try Sample.event(seed: 1).id == event.id)
  }

  @Test func anEventWithoutItemHasNoContext() throws {
    let draft = EventDraft(type: "site.admitted", writes: [.init("site", "herten")])
    let event = try Sample.event(draft)
    #expect(event.item == nil && event.context.isEmpty && event.by == nil)
  }

  @Test func anErasedLineVerifiesAndKeepsNameHashAndId() throws {
    let event = try Sample.event()
    var text = Array(event.header) + [0x0a]
    let lines = event.text.dropFirst(event.headerLength + 1).split(separator: 0x0a)
    for (line, field) in zip(lines, event.fields) {
      text +=
        field.name == "summary"
        ? Array("{\"f\":\"summary\",\"x\":\"\(field.hash.hex)\"}".utf8) : Array(line)
      text.append(0x0a)
    }
    let erased = try Event(scanning: text)
    #expect(erased.id == event.id && erased != event)
    #expect(erased.fields[0].isErased && !erased.fields[1].isErased)
    #expect(erased.value("summary") == nil && erased.valueText(of: erased.fields[0]) == nil)
    #expect(erased.value("status") == "running")
    #expect(erased.fields.map(\.hash) == event.fields.map(\.hash))
    #expect(Event.commitment(to: erased.fields) == event.commitment)
    #expect(erased.isAuthentic(lineKey: Sample.lineKey))
  }

  @Test func everyChangedByteIsRefusedOrGivesAnotherId() throws {
    let event = try Sample.event()
    var accepted = 0
    for index in event.text.indices {
      let old = event.text[index]
      for new in [old ^ 1, old ^ 0x20, old ^ 0x80, 0, 0x0a, 0x20, 0x22, 0x30, 0x39, 0x61, 0x7d]
      where new != old {
        var text = event.text
        text[index] = new
        guard let changed = try? Event(scanning: text) else { continue }
        accepted += 1
        #expect(changed.id != event.id, "byte \(index) became \(new)")
        #expect(!changed.isAuthentic(lineKey: Sample.lineKey), "byte \(index) became \(new)")
      }
    }
    #expect(accepted > 0)
  }

  @Test func aByteMoreOrLessAnywhereIsRefusedOrGivesAnotherId() throws {
    let event = try Sample.event()
    for index in event.text.indices {
      var shorter = event.text
      shorter.remove(at: index)
      #expect((try? Event(scanning: shorter))?.id != event.id, "without byte \(index)")
      for byte in [0x0a, 0x20, 0x22, 0x2c, 0x30] as [UInt8] {
        var longer = event.text
        longer.insert(byte, at: index)
        #expect((try? Event(scanning: longer))?.id != event.id, "\(byte) at \(index)")
      }
    }
  }

  @Test func aTextCutAnywhereIsRefused() throws {
    let event = try Sample.event()
    for count in event.text.indices {
      let reason = refusal(Array(event.text[..<count]))?.reason
      let endsALine = count > 0 && event.text[count - 1] == 0x0a
      #expect(reason == (endsALine ? .commitment : .truncated), "\(count) bytes")
    }
  }

  @Test func randomBytesAreRefusedAndNeverBringTheReaderDown() throws {
    var random = Seeded(41)
    let event = try Sample.event()
    for _ in 0..<20_000 {
      var text = event.text
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let index = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: text[index] = UInt8.random(in: 0...255, using: &random)
        case 1: text.removeSubrange(index..<min(text.count, index + 7))
        default: text.insert(contentsOf: text[index..<min(text.count, index + 9)], at: index)
        }
        if text.isEmpty { text = [0x7b] }
      }
      if let changed = try? Event(scanning: text, checking: .stored(id: event.id)) {
        // Whatever is accepted can be asked for all its values.
        for field in changed.fields { _ = changed.value(field.name) }
        _ = changed.isAuthentic(lineKey: Sample.lineKey)
      }
    }
  }

  @Test func aLaterVersionIsReadAndKept() throws {
    let vector = try #require(Vector.all("events").first { $0.name == "unknown-version" })
    let event = try Event(scanning: vector.body)
    #expect(event.version == 2 && event.text == vector.body)
    #expect(event.value("status") == "running")
  }
}

struct DraftTests {
  private func refusal(_ change: (inout EventDraft) -> Void) -> EventError.Reason? {
    var draft = Sample.draft
    change(&draft)
    do {
      _ = try Sample.event(draft)
      return nil
    } catch {
      return (error as? EventError)?.reason
    }
  }

  @Test func whatTheReaderRefusesIsNeverWritten() {
    #expect(refusal { $0.type = "revised" } == .type)
    #expect(refusal { $0.type = "project.\"" } == .type)
    #expect(refusal { $0.by = "Eva M" } == .pseudonym)
    #expect(refusal { $0.released = "" } == .pseudonym)
    #expect(refusal { $0.writes = [.init("a b", 1)] } == .fieldName)
    #expect(refusal { $0.writes = [.init("a", 1), .init("a", 2)] } == .fieldTwice)
    #expect(refusal { $0.writes = [.init("a", .integer(.max))] } == .number)
    #expect(refusal { $0.writes = [.init("a", .integer(.min))] } == .number)
    #expect(
      refusal {
        $0.writes = [.init("a", .object([.init(name: "b", value: 1), .init(name: "a", value: 1)]))]
      }
        == .member)
    #expect(refusal { $0.writes = (0..<65).map { .init("f\($0)", 1) } } == .tooLarge)
  }

  // event-27
  @Test func aFieldAtItsLimitIsWrittenAndOneByteMoreIsNot() throws {
    let overhead = "{\"f\":\"a\",\"s\":\"\",\"v\":\"\"}".utf8.count + 22
    let longest = String(repeating: "x", count: EventLimits.fieldBytes - overhead)
    #expect(refusal { $0.writes = [.init("a", .string(longest))] } == nil)
    #expect(refusal { $0.writes = [.init("a", .string(longest + "x"))] } == .tooLarge)
  }

  // event-25
  @Test func anEventAtItsLimitIsWrittenAndOneByteMoreIsNot() throws {
    func writes(_ last: Int) -> [EventDraft.Write] {
      (0..<5).map {
        .init("f\($0)", .string(String(repeating: "x", count: $0 < 4 ? 200_000 : last)))
      }
    }
    var draft = Sample.draft
    draft.writes = writes(0)
    let room = EventLimits.eventBytes - (try Sample.event(draft)).text.count
    draft.writes = writes(room)
    #expect(try Sample.event(draft).text.count == EventLimits.eventBytes)
    draft.writes = writes(room + 1)
    #expect(throws: EventError(.tooLarge, line: 1, offset: EventLimits.eventBytes)) {
      try Sample.event(draft)
    }
  }

  @Test func numbersOfTheLineAreChecked() {
    #expect(throws: EventError.self) { try Sample.event(seq: 0) }
    #expect(throws: EventError.self) { try Sample.event(seq: Dot.maximumSeq + 1) }
    #expect(throws: Never.self) { try Sample.event(seq: Dot.maximumSeq) }
  }
}

struct EventVectorTests {
  @Test(arguments: Vector.all("events").filter { $0.heads["expect"] == "event" })
  func everyGoodVectorIsReadWithItsId(vector: Vector) throws {
    let event = try Event(scanning: vector.body)
    #expect(event.id.hex == vector.heads["id"])
    #expect(event.text == vector.body)
    let key = try #require(vector.heads["line-key"].flatMap { Hex.bytes($0) })
    #expect(event.isAuthentic(lineKey: key))
    for field in event.fields where !field.isErased {
      let value = try #require(event.value(field.name))
      #expect(event.valueText(of: field).map { Array($0) } == Array(value.canonicalText.utf8))
    }
  }

  // event-32
  @Test(arguments: Vector.all("events").filter { $0.heads["expect"] != "event" })
  func everyBadVectorIsRefusedWithItsReasonAndPlace(vector: Vector) throws {
    let reason = try #require(vector.heads["expect"].flatMap(EventError.Reason.init))
    let line = try #require(vector.heads["line"].flatMap { Int($0) })
    let offset = try #require(vector.heads["offset"].flatMap { Int($0) })
    #expect(refusal(vector.body) == EventError(reason, line: line, offset: offset))
  }

  @Test func everyReasonHasAVector() {
    let words = Set(
      (Vector.all("events") + Vector.all("receipts")).compactMap { $0.heads["expect"] })
    // `block` is of the stream and stands in TransferTests.
    let reasons = EventError.Reason.allCases.filter { $0 != .block }
    for reason in reasons { #expect(words.contains(reason.rawValue), "\(reason)") }
  }

  @Test func anErasedVectorHasTheIdOfTheWholeOne() throws {
    let vectors = Vector.all("events")
    let ids = ["two-fields", "erased-line"].map { name in
      vectors.first { $0.name == name }?.heads["id"]
    }
    #expect(ids[0] != nil && ids[0] == ids[1])
  }
}
