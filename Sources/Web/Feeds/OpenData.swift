// What the machine-readable outputs share: which items they tell at a moment, until when that
// holds, and the addresses and ids that they give. Protocols/http-api.md §6.

import Catalogue
import Events
import HTTP
import Views

/// The filters of a list, as the address of an output states them.
struct OpenFilter: Sendable, Hashable {
  /// `project`, `news`, `date`; empty means all.
  var kinds: Set<String> = []
  var site: SiteID?
  var field: String?
  var status: String?
  var keyword: String?
  var text: String?
  /// How many entries are wanted at most, where an output asks for that.
  var most: Int?
  /// Which page of a feed is wanted.
  var page = 1

  /// The longest keyword that is looked for; those of the catalogue are mostly a word.
  static let maximumKeyword = 100

  /// Pages of a feed end here: the export holds all.
  static let maximumPage = 100

  init(kinds: Set<String> = []) { self.kinds = kinds }

  /// Reads an address as the lists of the pages do: a value that is none counts as not told.
  init(_ request: Request, kind: String?) {
    let state = ListState(request, path: "/", kind: kind)
    self.init(kinds: state.kind.map { [$0] } ?? [])
    site = state.site
    field = state.field
    status = state.status
    text = state.text
    keyword = request.query("schlagwort").flatMap { value in
      let isKeyword = !value.isEmpty && value.count <= OpenFilter.maximumKeyword
      return isKeyword && !value.allSatisfy(\.isWhitespace) ? value : nil
    }
    page = min(state.page, OpenFilter.maximumPage)
    most = request.query("anzahl").flatMap { Int($0) }.map { min(max(1, $0), 100) }
  }

  /// The filters as the query of an address, always in one order.
  var address: String {
    Address.query([
      ("q", text), ("ort", site?.description), ("feld", field), ("stand", status),
      ("schlagwort", keyword), ("anzahl", most.map { String($0) }),
    ])
  }

  /// All that an output can depend on beside its path.
  var key: String { kinds.sorted().joined(separator: ",") + address + "#\(page)" }

  /// The filters with a page of a feed.
  func address(page: Int) -> String {
    guard page > 1 else { return address }
    return address + (address.isEmpty ? "?" : "&") + "seite=\(page)"
  }

  /// What the filters say to people; empty without any.
  func words(_ region: Region) -> String {
    [
      site.map(region.label), field.map(Texts.field), status.map(Texts.status), keyword,
      text,
    ].compactMap(\.self).joined(separator: ", ")
  }

  /// All rows, with those that the public does not see any more.
  fileprivate func query(_ order: ItemQuery.Order) -> ItemQuery {
    var query = ItemQuery()
    query.audience = .editors
    query.kinds = kinds
    query.site = site
    query.fieldOfAction = field
    query.status = status
    query.keyword = keyword
    query.text = text
    query.order = order
    query.limit = ItemQuery.maximumLimit
    query.wantsCounts = false
    return query
  }
}

/// What an output is made of: one moment's view of the catalogue.
struct OpenData {
  let region: Region
  let reads: CatalogueReads
  let moment: Timestamp
  let settings: OpenDataSettings

  /// What the public is told of an item.
  enum Standing {
    /// All of it.
    case shown
    /// That it was withdrawn or hidden, and nothing of what it said.
    case gone
    /// Nothing.
    case absent
  }

  // MARK: - Rows

  func standing(of row: ItemRow) -> Standing {
    if let released = row.released, released > BerlinTime.local(moment).iso { return .absent }
    if row.state == "withdrawn" || row.isHidden { return .gone }
    guard row.isPublic else { return .absent }
    if let expires = row.expires, expires <= moment { return .absent }
    return .shown
  }

  /// The rows that a filter leaves, at most `most` of them, in the order asked for.
  func rows(
    _ filter: OpenFilter, order: ItemQuery.Order = .newestFirst, from: String? = nil,
    most: Int = .max
  ) throws -> [ItemRow] {
    var query = filter.query(order)
    query.from = from
    var rows: [ItemRow] = []
    repeat {
      let page = try reads.items(query, moment)
      rows += page.rows
      query.cursor = page.next
    } while query.cursor != nil && rows.count < most
    return rows
  }

  /// The next moment at which one of the rows comes or goes by itself; nil if none does.
  func nextChange(of rows: [ItemRow]) -> Timestamp? {
    rows.flatMap { row in
      [row.expires, LocalTime(row.released).map(BerlinTime.moment)].compactMap(\.self)
    }.filter { $0 > moment }.min()
  }

  // MARK: - Names

  /// An absolute address of this node's public site.
  func absolute(_ path: String) -> String { settings.address + path }

  func page(_ row: ItemRow) -> String { absolute(Address.item(row.id, kind: row.kind)) }

  /// The same for ever and on every node, whatever its address is: a UUID of version 8 (RFC 9562
  /// §5.8) from the hash of the item's id.
  static func uuid(_ id: ItemID) -> String {
    var bytes = Array(SHA256.hash(Array("vesthub item \(id)".utf8)).bytes.prefix(16))
    bytes[6] = bytes[6] & 0x0f | 0x80
    bytes[8] = bytes[8] & 0x3f | 0x80
    let hex = Hex.string(bytes)
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { range in
      String(decoding: Array(hex.utf8)[range], as: UTF8.self)
    }
    return parts.joined(separator: "-")
  }

  /// When the public was first told of an item: a news' release, else its creation.
  func published(_ row: ItemRow) -> Timestamp {
    LocalTime(row.released).map(BerlinTime.moment) ?? row.createdAt
  }

  /// Why and since when an item is gone, as its address says it.
  func farewell(_ row: ItemRow) throws -> (since: Timestamp, text: String) {
    let state = try reads.state(row.id)
    let who = row.isHidden ? region.kreis : row.lead
    let field = row.isHidden ? "kreis/hidden" : "state"
    let word = row.isHidden ? "Ausgeblendet" : "Zurückgezogen"
    let reason = state?.text(row.isHidden ? "kreis/hiddenReason" : "stateReason")
    let since = state?.winner(field)?.time ?? row.changedAt
    let text = "\(word) von: \(region.label(who))."
    return (since, reason.map { "\(text) Grund: \($0)" } ?? text)
  }
}

/// One output, made.
struct OpenOutput: Sendable {
  var bytes: [UInt8]
  var type: String
  /// The moment from which on it says something else even if nobody writes; nil if there is none.
  var changesAt: Timestamp?
  /// Fields of the answer beside those that all outputs have.
  var fields: [Field] = []

  struct Field: Sendable {
    let name: String
    let value: String
  }

  /// XML from markup. XML 1.0 §2.2 has no U+FFFE and U+FFFF; the catalogue's texts may.
  static func xml(_ markup: HTML, type: String, changesAt: Timestamp?) -> OpenOutput {
    var text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    for scalar in markup.text.unicodeScalars {
      let isCharacter = scalar != "\u{FFFE}" && scalar != "\u{FFFF}"
      text.unicodeScalars.append(isCharacter ? scalar : "\u{FFFD}")
    }
    return OpenOutput(bytes: Array(text.utf8), type: type, changesAt: changesAt)
  }
}

extension BerlinTime {
  /// The moment of a local time. Of an hour that comes twice it is the first; one that the clocks
  /// skip counts by the time before.
  static func moment(of time: LocalTime) -> Timestamp {
    let minutes = Int64(time.day.daysSince1970) * 1_440 + Int64(time.minute ?? 0)
    let summer = Timestamp(milliseconds: (minutes - 120) * 60_000)
    let asked = LocalTime(day: time.day, minute: time.minute ?? 0)
    return local(summer) == asked ? summer : summer.advanced(milliseconds: 3_600_000)
  }
}
