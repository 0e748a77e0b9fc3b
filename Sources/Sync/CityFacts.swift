// What a city's session is told and what it asks for. Protocols/sync.md §4 to §6.

package import Events

extension CitySession {
  /// Where the session is.
  package enum Phase: Sendable, Equatable {
    /// Not connected; goes on after a pause, once started.
    case offline
    /// A hello is on its way.
    case greeting
    /// Pushing what is new, a long-poll open.
    case online
    /// The hub holds own events that this node does not: it fetches them.
    case takingBack
    /// Stopped by an alarm; asks now and then whether it was settled.
    case halted
  }

  /// A fact.
  package enum Input: Sendable {
    /// The session may begin.
    case start
    /// Time has passed.
    case tick
    /// The own line has a new head, durable.
    case localAppend(LineHead)
    /// The hub answered a hello. `ownIDAtHubHead` is the id of the own event at the `seq` of the
    /// answer's head, nil where the own line has none there.
    case helloAnswer(Ticket, HelloAnswer, ownIDAtHubHead: Digest?)
    /// The hub answered a push. `ownIDAtHubHead` as above.
    case pushAnswer(Ticket, PushAnswer, ownIDAtHubHead: Digest?)
    /// The hub answered a pull, or a request for the whole order.
    case pullAnswer(Ticket, PullAnswer)
    /// A request came to nothing. `retryAfterSeconds` is what the answer's header asks for.
    case failed(Ticket, SyncFailure, retryAfterSeconds: Int?)
    /// The batch of that pull is durable: the place of its last receipt and the heads now held.
    case stored(Ticket, Place, heads: VectorClock)
    /// The batch of that pull was not stored, for want of room or by a fault of the disk.
    case notStored(Ticket)
    /// The log refused the batch of that pull: receipts, chains or ids do not fit.
    case batchRefused(Ticket)
    /// The receipts of that pull do not give the tree that the hub stated; nothing was stored.
    case otherTree(Ticket, city: TreeHead, hub: TreeHead)
    /// The batch of that pull is durable, or kept aside until the rest is there.
    case tookBack(Ticket, LinePart)
    /// The batch of that pull names an own event that is not held, or holds another one.
    case lineDiffers(Ticket)
    /// The batch of that pull holds an event of the own line that this site never wrote.
    case lineForged(Ticket, Dot)
  }

  /// What to do. Requests are answered by an input with their ticket.
  package enum Effect: Sendable, Equatable {
    /// `POST /sync/v1/hello`.
    case sendHello(Ticket, Hello)
    /// `POST /sync/v1/push` with the own events after `afterSeq`, packed by `PushBatch`.
    case push(Ticket, PushRequest, afterSeq: UInt64)
    /// `GET /sync/v1/pull`.
    case pull(Ticket, PullRequest)
    /// `GET /sync/v1/order`.
    case order(Ticket, OrderRequest)
    /// Store these blocks durably, in one transaction, if the tree is then the one that the hub
    /// states. There may be none: then the tree that is held is compared.
    case accept(Ticket, [TransferText.Block], TreeHead)
    /// Take back the own events among these blocks, up to that head of the own line.
    case takeBack(Ticket, [TransferText.Block], upTo: LineHead)
    /// The own line was taken back. Given once, at its end.
    case restored(RestoredLine)
    /// The request is no longer awaited: give it up.
    case abandon(Ticket)
    /// Hand in `.tick` after so long. Replaces the one before.
    case schedule(afterMilliseconds: UInt64)
    /// A person must look. Given once each time that it comes up.
    case alarm(SyncAlarm)
    /// City and hub hold the same up to that position, and all of the own line.
    case agreed(position: UInt64)
  }
}
