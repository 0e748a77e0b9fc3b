// What a log keeps of branches that are no longer, or never were, part of a line.
// Protocols/log.md §2.

package import Events
import SQLite

/// What changed on the own line since a state of the views was folded.
package struct Branched: Sendable, Equatable {
  /// How often the line has been replaced by now.
  package let number: UInt64
  /// The last number that every branch since then shares.
  package let fork: UInt64
  /// What the tails that were taken off had written; nil is the membership.
  package let items: Set<ItemID?>

  /// That change.
  package init(number: UInt64, fork: UInt64, items: Set<ItemID?>) {
    self.number = number
    self.fork = fork
    self.items = items
  }
}

/// Two headers of one place of a line: proof that the line had two branches.
package struct ForkProof: Sendable, Equatable {
  /// The place.
  package let dot: Dot
  /// The header that stands on the line.
  package let held: [UInt8]
  /// The other one.
  package let other: [UInt8]
}

extension LogReader {
  /// How often the own line was replaced from its fork on.
  package func branches() throws(LogError) -> UInt64 {
    do {
      return UInt64(try connection.integer("SELECT ifnull(max(number), 0) FROM branches"))
    } catch {
      throw .storage(error)
    }
  }

  /// What the branches after that number took off the own line; nil if there are none.
  package func branched(since number: UInt64) throws(LogError) -> Branched? {
    do {
      var items: Set<ItemID?> = []
      var (last, first) = (number, UInt64.max)
      let query = try connection.statement(
        "SELECT number, seq, item FROM branches WHERE number > ?1 ORDER BY number")
      try query.query(number.clamped) { row in
        last = UInt64(row.int(0))
        first = min(first, UInt64(row.int(1)))
        items.insert(row.optionalText(2).flatMap { ItemID($0) })
      }
      return last > number ? Branched(number: last, fork: first - 1, items: items) : nil
    } catch {
      throw LogError(wrapping: error)
    }
  }

  /// Where the events of each branch after that number stand now, the oldest branch first.
  package func renumberings(
    since number: UInt64
  ) throws(LogError) -> [(number: UInt64, numbers: Renumbering)] {
    do {
      return try Renumbering.read(connection, of: site, since: number)
    } catch {
      throw .storage(error)
    }
  }

  /// The events that are about no item, in the order in which `events(of:)` has those of one.
  package func eventsOfNoItem() throws(LogError) -> [LoggedEvent] {
    do {
      var result: [LoggedEvent] = []
      let query = try connection.statement(
        """
        \(Self.selectLogged) \(Self.fromEvents)
        WHERE e.item IS NULL ORDER BY e.position IS NULL, e.position, e.arrival
        """)
      try query.query { row in result.append(try StoredRow(row).logged()) }
      return result
    } catch {
      throw LogError(wrapping: error)
    }
  }

  /// Every place of a line of which this node knows two events, with both headers.
  package func forkProofs() throws(LogError) -> [ForkProof] {
    var others: [(dot: Dot, header: [UInt8])] = []
    do {
      try connection.statement("SELECT seq, text FROM branches ORDER BY number, seq").query { row in
        let text = row.blob(1)
        let header = Array(text.prefix { $0 != 0x0a })
        others.append((Dot(site, UInt64(row.int(0))), header))
      }
      try connection.statement("SELECT site, seq, header FROM refused ORDER BY site, seq, id")
        .query { row in
          guard let site = SiteID(row.text(0)) else {
            throw LogError.damaged(nil, reason: "a refused header of no site")
          }
          others.append((Dot(site, UInt64(row.int(1))), row.blob(2)))
        }
    } catch {
      throw LogError(wrapping: error)
    }
    var proofs: [ForkProof] = []
    for other in others {
      guard let held = try event(at: other.dot)?.event, held.id != SHA256.hash(other.header) else {
        continue
      }
      proofs.append(ForkProof(dot: other.dot, held: Array(held.header), other: other.header))
    }
    return proofs
  }
}
