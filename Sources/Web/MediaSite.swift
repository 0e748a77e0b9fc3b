// Pictures and documents of the public pages. Protocols/media.md §4.

import Catalogue
import Events
import HTTP
import Media
import Views

/// The route `/medien/:hash`.
struct MediaSite {
  let store: MediaStore
  let reads: CatalogueReads
  let now: () -> Timestamp

  /// Where a file stands for the public.
  static func path(_ hash: String) -> String { "/medien/\(hash)" }

  /// Nothing of the file acts as a part of this site.
  static let policy = "default-src 'none'; sandbox"

  func register(in router: Router) {
    router.get("/medien/:hash") { request in .now(answer(request)) }
  }

  /// What a file's address leads to.
  private enum Standing {
    /// An item that the public sees shows the file.
    case shown(MediaUse)
    /// It was shown, and is no longer.
    case gone
    /// As if it had never been.
    case absent
  }

  private func answer(_ request: Request) -> Response {
    guard let hash = request.parameter("hash").flatMap({ Digest(hex: $0) }) else {
      return MediaSite.nothing(404)
    }
    do {
      switch standing(of: try reads.mediaUses(hash)) {
      case .absent: return MediaSite.nothing(404)
      case .gone: return MediaSite.nothing(410)
      case .shown(let use):
        guard let response = try file(hash, bytes: use.bytes) else {
          // Named and not here yet: it is on its way.
          return MediaSite.nothing(404).with("Retry-After", "60")
        }
        return named(response, by: use, try reads.state(use.row.id)?.value(use.field))
          .with("Cache-Control", "private, max-age=31536000, immutable")
          .conditional(to: request).ranged(to: request)
      }
    } catch {
      return MediaSite.nothing(503).with("Retry-After", "10")
    }
  }

  /// A news before its release says nothing, not even that it is gone.
  private func standing(of uses: [MediaUse]) -> Standing {
    let minute = BerlinTime.local(now()).iso
    let released = uses.filter { $0.isShown && ($0.row.released ?? "") <= minute }
    if let use = released.first(where: \.row.isPublic) { return .shown(use) }
    return released.contains { $0.row.isHidden || $0.row.state == "withdrawn" } ? .gone : .absent
  }

  /// The file with its type; nil where it is not held, or is not as long as it is told to be.
  private func file(_ hash: Digest, bytes: Int) throws -> Response? {
    guard let response = try MediaSite.response(hash, from: store), response.body.count == bytes
    else { return nil }
    return response
  }

  /// A file that is held; its type is that of its content.
  static func response(_ hash: Digest, from store: MediaStore) throws -> Response? {
    guard let path = store.path(hash), let type = store.type(hash) else { return nil }
    let headers: Headers = [
      "Content-Type": type.rawValue, "Content-Security-Policy": policy,
      "Cross-Origin-Resource-Policy": "cross-origin", "ETag": ETag.strong(hash.hex),
    ]
    var response = Response(headers: headers, body: .file(try FileSlice(path: path)))
    if !type.isPicture { response.headers.set("Content-Disposition", "attachment") }
    return response
  }

  /// A document is saved under its label.
  private func named(_ response: Response, by use: MediaUse, _ value: FieldValue?) -> Response {
    guard response.headers.contains("Content-Disposition"), let label = value?["label"]?.text
    else { return response }
    return response.with(
      "Content-Disposition", "attachment; filename*=UTF-8''\(Address.encode(label)).pdf")
  }

  /// An answer without a file. Kept by nobody: the file may come in a minute.
  private static func nothing(_ status: Int) -> Response {
    let text =
      switch status {
      case 410: "Diese Datei wurde zurückgezogen.\n"
      case 503: "Störung. Bitte versuchen Sie es gleich noch einmal.\n"
      default: "Diese Datei gibt es hier nicht.\n"
      }
    return Response.text(text, status: status).with("Cache-Control", "no-store")
  }
}
