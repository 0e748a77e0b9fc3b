// What a list is filtered by. The address is the whole state: a filtered list can be bookmarked,
// sent and shared.

import Events
import HTTP
import Views

/// Where a kind of item lives.
enum Address {
  static func list(_ kind: String) -> String {
    switch kind {
    case "project": "/projekte"
    case "news": "/aktuelles"
    default: "/termine"
    }
  }

  static func item(_ id: ItemID, kind: String) -> String { "\(list(kind))/\(id)" }

  /// A query of those pairs; pairs without a value are left out.
  static func query(_ pairs: [(String, String?)]) -> String {
    let parts = pairs.compactMap { name, value in
      value.flatMap { $0.isEmpty ? nil : "\(name)=\(encode($0))" }
    }
    return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
  }

  /// RFC 3986 §2.3: all but the unreserved characters as escapes.
  static func encode(_ text: String) -> String {
    var output = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
        output.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        output += "%" + Hex.string([byte]).uppercased()
      }
    }
    return output
  }
}

/// The filters and the page of a list, as its address states them.
struct ListState: Sendable, Equatable {
  var path: String
  var kind: String?
  var site: SiteID?
  var field: String?
  var status: String?
  var text: String?
  /// True for dates that are over.
  var isPast = false
  var page = 1

  /// Rows of one page.
  static let pageRows = 24
  /// The longest search text that is looked at.
  static let maximumText = 200

  init(path: String, kind: String? = nil) {
    self.path = path
    self.kind = kind
  }

  /// Reads the filters of an address. A value that is none is treated as not told, so that an old
  /// link still shows a list.
  init(_ request: Request, path: String, kind: String?) {
    self.init(path: path, kind: kind)
    site = request.query("ort").flatMap { SiteID($0) }
    field = request.query("feld").flatMap { FieldOfAction(rawValue: $0)?.rawValue }
    status = request.query("stand").flatMap { value in
      value.count <= 16 && value.allSatisfy(\.isLetter) && !value.isEmpty ? value : nil
    }
    text = request.query("q").map { String($0.prefix(ListState.maximumText)) }
    if text?.allSatisfy(\.isWhitespace) == true { text = nil }
    isPast = request.query("zeit") == "vergangen"
    let most = ItemQuery.maximumOffset / ListState.pageRows
    page = min(max(1, request.query("seite").flatMap { Int($0) } ?? 1), most)
    if kind == nil, let wanted = request.query("art"), ["project", "news", "date"].contains(wanted)
    {
      self.kind = wanted
    }
  }

  /// True if a filter is set.
  var isFiltered: Bool { site != nil || field != nil || status != nil || text != nil }

  /// The address of this state.
  var address: String {
    path
      + Address.query([
        ("art", path == "/suche" ? kind : nil), ("q", text), ("ort", site?.description),
        ("feld", field), ("stand", status), ("zeit", isPast ? "vergangen" : nil),
        ("seite", page > 1 ? String(page) : nil),
      ])
  }

  /// The address with a change; a changed filter starts at the first page.
  func address(_ change: (inout ListState) -> Void) -> String {
    var other = self
    other.page = 1
    change(&other)
    return other.address
  }

  /// The question to the views.
  func query(today: Day) -> ItemQuery {
    var query = ItemQuery()
    query.kinds = kind.map { [$0] } ?? []
    query.site = site
    query.fieldOfAction = field
    query.status = status
    query.text = text
    query.limit = ListState.pageRows
    query.offset = (page - 1) * ListState.pageRows
    query.order = text != nil ? .relevance : kind == "project" ? .title : .newestFirst
    if kind == "date", path != "/suche" {
      if isPast {
        query.until = today.iso
      } else {
        query.from = today.iso
        query.order = .oldestFirst
      }
    }
    return query
  }
}
