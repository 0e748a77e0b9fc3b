// Files that pages load. Their address names their content, so that a browser may keep them for
// ever and a new version has a new address.

import Events
import HTTP

/// A file that never changes under its address.
struct Asset: Sendable {
  let path: String
  let bytes: [UInt8]
  let type: String

  /// Sixty-four bits of the hash: two versions of one file do not meet by chance.
  private static let nameDigits = 16

  init(_ name: String, type: String, text: String) {
    bytes = Array(text.utf8)
    let hash = SHA256.hash(bytes).hex.prefix(Asset.nameDigits)
    path = "/assets/\(hash)/\(name)"
    self.type = type
  }

  var response: Response {
    Response.of(bytes, type: type)
      .with("Cache-Control", "public, max-age=31536000, immutable")
      .with("ETag", ETag.strong(path.split(separator: "/")[1].description))
  }
}

/// The files of this version.
enum Assets {
  static let style = Asset(
    "style.css", type: "text/css; charset=utf-8",
    text: StyleSheet.base + StyleSheet.parts + StyleSheet.controls + StyleSheet.lists
      + StyleSheet.media)
  static let desk = Asset("desk.css", type: "text/css; charset=utf-8", text: StyleSheet.desk)
  static let statusScript = Asset(
    "status.js", type: "text/javascript; charset=utf-8", text: DeskScript.status)
  static let draftScript = Asset(
    "draft.js", type: "text/javascript; charset=utf-8", text: DeskScript.draft)
  static let icon = Asset(
    "icon.svg", type: "image/svg+xml",
    text: """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" \
      rx="9" fill="#0d3b3e"/><circle cx="20" cy="20" r="6" fill="#f4b223"/><g fill="#fff">\
      <circle cx="20" cy="7.5" r="2.4"/><circle cx="27.3" cy="9.9" r="2.4"/>\
      <circle cx="31.9" cy="16.1" r="2.4"/><circle cx="31.9" cy="23.9" r="2.4"/>\
      <circle cx="27.3" cy="30.1" r="2.4"/><circle cx="20" cy="32.5" r="2.4"/>\
      <circle cx="12.7" cy="30.1" r="2.4"/><circle cx="8.1" cy="23.9" r="2.4"/>\
      <circle cx="8.1" cy="16.1" r="2.4"/><circle cx="12.7" cy="9.9" r="2.4"/></g></svg>
      """)
  static let all = [style, desk, statusScript, draftScript, icon]
}
