// What the machine-readable outputs have to be told by the node: its public address, who may frame
// its lists, and the means to work beside the event loops.

import Events

/// What a node hands to the outputs. Shared by all its loops.
package struct OpenDataSettings: Sendable {
  /// The public address of the site, without a slash at its end.
  package var address: String
  /// The origins that may show the lists for other sites in a frame; none if empty.
  package var frameAncestors: [String] = []
  /// The official key of the district (Kreisschlüssel); nil if the region has none.
  package var districtKey: String?
  /// Runs what may take long, with reads of its own; nil: everything is done on the loop.
  package var slowly: SlowReads?
  /// What was made before.
  package var made = MadeOutputs()
  /// The open streams of changes; nil: none are served.
  package var streams: ChangeStreams?

  /// Settings of a node that is reached at `address`.
  package init(address: String) {
    self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
  }
}

/// A queue with reads of its own, beside the event loops.
package struct SlowReads: Sendable {
  /// Runs a task later, once. It gets nil where the catalogue cannot be read now.
  package let run: @Sendable (@escaping @Sendable (CatalogueReads?) -> Void) -> Void

  /// A queue that runs tasks by that function.
  package init(
    run: @escaping @Sendable (@escaping @Sendable (CatalogueReads?) -> Void) -> Void
  ) {
    self.run = run
  }
}
