// The hub's side of the transfer of files. Protocols/sync.md §13.

import Dispatch
import Events
import HTTP
import Media
import Sync
import Views

/// Answers `/sync/v1/media/`. Files are read and written on a queue of their own, one piece at a
/// time, so that events never wait for them.
final class MediaEndpoint: Sendable {
  private let queue = DispatchQueue(label: "media endpoint", qos: .utility)
  private let store: MediaStore
  private let named: NamedMedia
  private let keys: KeyRing
  private let note: @Sendable (String) -> Void

  /// An endpoint over what the hub holds; `named` is its own.
  init(
    store: MediaStore, named: NamedMedia, keys: KeyRing, note: @escaping @Sendable (String) -> Void
  ) {
    self.store = store
    self.named = named
    self.keys = keys
    self.note = note
  }

  /// Adds the routes.
  func serve(on router: inout Router) {
    router.get("/sync/v1/media/:hash") { [self] request in
      answer(request) { [self] hash, _ in try whole(hash, for: request) }
    }
    router.get("/sync/v1/media/:hash/held") { [self] request in
      answer(request) { [self] hash, site in holdings(hash, of: site, status: 200) }
    }
    router.on("PUT", "/sync/v1/media/:hash", bodyLimit: MediaPiece.bytes) { [self] request in
      answer(request) { [self] hash, site in try take(request, hash, from: site) }
    }
  }

  /// Checks the key before anything else is looked at, then answers on the queue.
  private func answer(
    _ request: Request, _ build: @escaping @Sendable (Digest, SiteID) throws -> Response
  ) -> Answer {
    .later { [self] reply in
      queue.async { [self] in
        let response: Response
        do {
          if let site = try keys.keys().site(authorization: request.headers["Authorization"]) {
            let hash = request.parameter("hash").flatMap { Digest(hex: $0) }
            response = try hash.map { try build($0, site) } ?? refusal(.malformed)
          } else {
            response = refusal(.unknownKey)
          }
        } catch {
          note("a file cannot be read or written: \(error)")
          response = refusal((error as? MediaError) == .full ? .storageFull : .unavailable)
        }
        reply.send(response.with("Cache-Control", "no-store"))
      }
    }
  }

  private func refusal(_ refusal: MediaRefusal) -> Response {
    .json(Array(refusal.text.utf8), status: refusal.httpStatus)
  }

  // MARK: - Answers

  /// The file, or the part that is asked for.
  private func whole(_ hash: Digest, for request: Request) throws -> Response {
    guard let path = store.path(hash) else { return refusal(.unknownMedia) }
    return Response(
      headers: ["Content-Type": "application/octet-stream", "ETag": ETag.strong(hash.hex)],
      body: .file(try FileSlice(path: path))
    ).ranged(to: request)
  }

  /// What is held of a file, as far as this site sent it.
  private func holdings(_ hash: Digest, of site: SiteID, status: Int) -> Response {
    let whole = store.bytes(hash)
    let holdings = MediaHoldings(
      held: whole ?? store.partBytes(hash, from: site), whole: whole != nil)
    return .json(Array(holdings.text.utf8), status: status)
  }

  /// Takes a piece; with the last one, or without any behind it, the file is checked and kept.
  private func take(_ request: Request, _ hash: Digest, from site: SiteID) throws -> Response {
    guard let piece = MediaPiece(query: request.queryText.map(String.init) ?? ""),
      request.body.isEmpty == (piece.offset == piece.total),
      piece.offset + request.body.count <= piece.total
    else { return refusal(.malformed) }
    guard piece.total <= MediaLimits.fileBytes else { return refusal(.tooLarge) }
    if store.holds(hash) { return holdings(hash, of: site, status: 200) }
    // Only what an event names: a key alone fills no disk.
    guard try named.names(hash) else { return refusal(.unknownMedia) }
    do throws(MediaError) {
      try store.append(request.body, at: piece.offset, to: hash, from: site)
      if piece.offset + request.body.count == piece.total { try store.finish(hash, from: site) }
      return holdings(hash, of: site, status: 200)
    } catch {
      switch error {
      case .otherOffset: return holdings(hash, of: site, status: 409)
      case .storage, .full: throw error
      default:
        note("a file from \(site) was not taken: \(hash): \(error)")
        return refusal(.unsoundMedia)
      }
    }
  }
}
