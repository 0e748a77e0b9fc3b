// How much goes into one body. Protocols/sync.md §5 and §6.

package import Events

/// The body of a push: events of the own line in their order, up to the limits.
package struct PushBatch: Sendable {
  /// The transfer text so far.
  package private(set) var body: [UInt8] = []
  /// How many events it holds.
  package private(set) var count = 0

  /// An empty batch.
  package init() {}

  /// Adds the exact text of the next event; false, and nothing added, if the batch is full. The
  /// first event always fits.
  package mutating func add(eventText: [UInt8]) -> Bool {
    guard count < SyncLimits.batchEvents,
      count == 0 || body.count + eventText.count < SyncLimits.batchBytes
    else { return false }
    TransferText.append(eventText: eventText, to: &body)
    count += 1
    return true
  }

  /// Reads the body of a push of a site: events of its own line, ascending without gaps. What
  /// the log holds is not looked at.
  package static func events(
    _ body: [UInt8], from site: SiteID
  ) throws(SyncError) -> [Event] {
    guard body.count <= SyncLimits.bodyBytes else {
      throw .tooLarge(bytes: body.count, limit: SyncLimits.bodyBytes)
    }
    let blocks: [TransferText.Block]
    do throws(EventError) {
      blocks = try TransferText.blocks(body)
    } catch {
      throw .blocks(error)
    }
    guard blocks.count <= SyncLimits.batchEvents else {
      throw .tooManyEvents(blocks.count, limit: SyncLimits.batchEvents)
    }
    var events: [Event] = []
    for block in blocks {
      guard case .event(let event) = block else { throw .receiptInPush }
      guard event.dot.site == site else { throw .foreignLine(event.dot) }
      if let last = events.last, event.dot.seq != last.dot.seq + 1 {
        throw .lineOrder(event.dot)
      }
      events.append(event)
    }
    return events
  }
}

/// The body of a pull answer: receipts in the order of their positions, with the events that are
/// not the city's own, up to the limits.
package struct PullBatch: Sendable {
  /// How many receipts it holds.
  package private(set) var count = 0
  /// The position up to which it brings the city.
  package private(set) var end: UInt64
  private var text: [UInt8] = []
  private let position: UInt64
  private let city: SiteID?

  /// An empty answer for a city that holds the order up to `after`; the order ends at `position`.
  /// Without a city it holds every event.
  package init(for city: SiteID?, after: UInt64, position: UInt64) {
    self.city = city
    self.position = position
    // A city that knows of more than there is learns what there is.
    end = min(after, position)
  }

  /// The line and the transfer text, with the root of the hub's tree up to `end`.
  package func body(root: Digest) -> [UInt8] {
    PullAnswer.firstLine(position: position, tree: TreeHead(size: end, root: root)) + text
  }

  /// Adds the next receipt and its event; false, and nothing added, if the batch is full. The
  /// first always fits. The city has its own events: of them only the receipt goes.
  package mutating func add(receipt: Receipt, event: Event) -> Bool {
    precondition(receipt.dot == event.dot, "a receipt goes with its event")
    let line = receipt.line
    let eventText = event.dot.site == city ? [] : event.text
    guard count < SyncLimits.batchEvents,
      count == 0 || text.count + line.count + eventText.count < SyncLimits.batchBytes
    else { return false }
    TransferText.append(receiptLine: line, to: &text)
    if event.dot.site != city { TransferText.append(eventText: eventText, to: &text) }
    count += 1
    end = receipt.position
    return true
  }
}
