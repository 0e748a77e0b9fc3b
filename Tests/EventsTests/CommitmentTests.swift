// The vectors of the commitment: field lines in, their hashes and the commitment out.
// Protocols/event.md §5.

import Events
import Testing

struct CommitmentTests {
  @Test(arguments: Vector.all("commitments"))
  func theFieldLinesHaveTheHashesAndTheCommitmentThatAreTold(vector: Vector) throws {
    // A header of any event: only the field lines count here.
    let header = Array(try Sample.event().header) + [0x0a]
    let event = try Event(scanning: header + vector.body, checking: .stored(id: .zero))
    #expect(vector.heads["expect"] == "commitment")
    #expect(Event.commitment(to: event.fields).hex == vector.heads["commitment"])
    let told = vector.lines.filter { $0.hasPrefix("line-hash: ") }
    #expect(event.fields.map { "line-hash: \($0.name) \($0.hash.hex)" } == told)
  }

  @Test func anErasedLineKeepsTheCommitmentAndAnotherOrderDoesNot() throws {
    let told = Dictionary(
      uniqueKeysWithValues: Vector.all("commitments").map { ($0.name, $0.heads["commitment"]) })
    #expect(told["two"] != nil && told["two"] == told["erased-first"])
    #expect(told["two"] == told["erased-both"] && told["two"] != told["two-swapped"])
  }
}
