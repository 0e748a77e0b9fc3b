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
    if text.utf8.allSatisfy(isUnreserved) { return text }
    var output: [UInt8] = []
    for byte in text.utf8 {
      if isUnreserved(byte) {
        output.append(byte)
      } else {
        output.append(contentsOf: "%\(Hex.string([byte]).uppercased())".utf8)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: true
    default: false
    }
  }
}

/// The filters, the order and the page of a list, as its address states them.
struct ListState: Sendable, Equatable {
  var path: String
  var kind: String?
  var site: SiteID?
  var field: String?
  var status: String?
  var keyword: String?
  var text: String?
  /// What is not told stands in the order that fits its kind.
  var order: Order?
  /// True for dates that are over.
  var isPast = false
  /// The first day of a list of dates; nil for today.
  var from: Day?
  /// The first day of the month whose calendar is shown; nil for a list.
  var month: Day?
  var page = 1

  /// Orders that a reader can choose; the value is what the address says.
  enum Order: String, CaseIterable, Sendable {
    case title = "titel"
    case newest = "neu"
    case oldest = "alt"
  }

  /// Rows of one page.
  static let pageRows = 24
  /// The longest search text that is looked at.
  static let maximumText = 200
  /// Calendars of other years hold nothing and would be endless to a crawler.
  static let years = 2_015...2_060

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
    keyword = ListState.words(request.query("schlagwort"))
    text = ListState.words(request.query("q"))
    let most = ItemQuery.maximumOffset / ListState.pageRows
    page = min(max(1, request.query("seite").flatMap { Int($0) } ?? 1), most)
    if kind == "date" {
      isPast = request.query("zeit") == "vergangen"
      from = request.query("ab").flatMap(ListState.day)
      month = request.query("monat").flatMap { ListState.day("\($0)-01") }
    } else {
      order = request.query("sortierung").flatMap { Order(rawValue: $0) }
    }
    if kind == nil, let wanted = request.query("art"), ["project", "news", "date"].contains(wanted)
    {
      self.kind = wanted
    }
  }

  private static func words(_ value: String?) -> String? {
    guard let value, !value.allSatisfy(\.isWhitespace) else { return nil }
    return String(value.prefix(maximumText))
  }

  private static func day(_ text: String) -> Day? {
    guard text.utf8.count == 10, let day = Day(text), years.contains(day.year) else { return nil }
    return day
  }

  /// True if a filter is set. The words of a search are its question, no filter.
  var isFiltered: Bool {
    site != nil || field != nil || status != nil || keyword != nil
      || (isSearch ? kind : text) != nil
  }

  var isSearch: Bool { path == "/suche" }

  /// The same list without filters.
  var unfiltered: ListState {
    var all = ListState(path: path, kind: isSearch ? nil : kind)
    all.text = isSearch ? text : nil
    all.order = order
    all.isPast = isPast
    all.from = from
    all.month = month
    return all
  }

  /// The address of this state.
  var address: String { path + Address.query(pairs) }

  /// What a form that asks for other words has to carry along.
  var pairs: [(String, String?)] {
    [
      ("art", isSearch ? kind : nil), ("q", text), ("ort", site?.description),
      ("feld", field), ("stand", status), ("schlagwort", keyword),
      ("zeit", isPast ? "vergangen" : nil), ("ab", from?.iso),
      ("monat", month.map { String($0.iso.prefix(7)) }), ("sortierung", order?.rawValue),
      ("seite", page > 1 ? String(page) : nil),
    ]
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
    query.keyword = keyword
    query.text = text
    query.limit = ListState.pageRows
    query.offset = (page - 1) * ListState.pageRows
    query.order = queryOrder
    if kind == "date", !isSearch {
      if let month {
        query.from = month.iso
        query.until = month.nextMonth.iso
        query.order = .oldestFirst
      } else if isPast {
        query.until = (from ?? today).iso
      } else {
        query.from = (from ?? today).iso
        query.order = .oldestFirst
      }
    }
    return query
  }

  private var queryOrder: ItemQuery.Order {
    switch order {
    case .title: .title
    case .newest: kind == "project" ? .changedFirst : .newestFirst
    case .oldest: .oldestFirst
    case nil: text != nil ? .relevance : kind == "project" ? .title : .newestFirst
    }
  }
}
