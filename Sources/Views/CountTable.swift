// Counts beside the filters, from one grouped answer. Protocols/views.md §3.

import Events
import SQLite

/// How many items each combination of kind, status, fields of action and sites has.
struct CountTable {
  private struct Group {
    let kind: Int
    let status: Int
    let codes: [Int]
    let sites: [Int]
    let count: Int
  }

  private var groups: [Group] = []
  private var kinds = Names()
  private var statuses = Names()
  private var codes = Names()
  private var sites = Names()

  /// Names and their numbers.
  private struct Names {
    var all: [String] = []
    private var numbers: [String: Int] = [:]

    mutating func number(of name: String) -> Int {
      if let number = numbers[name] { return number }
      numbers[name] = all.count
      all.append(name)
      return all.count - 1
    }

    /// -1, which no group has, for a name that is not there.
    func number(ifAny name: String?) -> Int? { name.map { numbers[$0] ?? -1 } }
  }

  /// Adds the current row of `ListSQL.counts`.
  mutating func append(_ row: Statement) {
    groups.append(
      Group(
        kind: kinds.number(of: row.text(0)), status: statuses.number(of: row.text(1)),
        codes: row.text(2).split(separator: ",").map { codes.number(of: String($0)) },
        sites: row.text(3).split(separator: ",").map { sites.number(of: String($0)) },
        count: row.int(4)))
  }

  /// The size of the list, and the counts beside each filter with all the others applied.
  func counts(for query: ItemQuery) -> (total: Int, counts: ItemCounts) {
    let wanted = kinds.all.map { query.kinds.isEmpty || query.kinds.contains($0) }
    let status = statuses.number(ifAny: query.status)
    let code = codes.number(ifAny: query.fieldOfAction)
    let site = sites.number(ifAny: query.site?.description)
    var total = 0
    var byKind = [Int](repeating: 0, count: kinds.all.count)
    var byStatus = [Int](repeating: 0, count: statuses.all.count)
    var byCode = [Int](repeating: 0, count: codes.all.count)
    var bySite = [Int](repeating: 0, count: sites.all.count)
    for group in groups {
      let misses =
        (wanted[group.kind] ? 0 : 1) | (status.map { $0 == group.status } ?? true ? 0 : 2)
        | (code.map { group.codes.contains($0) } ?? true ? 0 : 4)
        | (site.map { group.sites.contains($0) } ?? true ? 0 : 8)
      // Counted beside a filter is what misses none of the others.
      if misses == 0 { total += group.count }
      if misses & ~1 == 0 { byKind[group.kind] += group.count }
      if misses & ~2 == 0 { byStatus[group.status] += group.count }
      if misses & ~4 == 0 { for code in group.codes { byCode[code] += group.count } }
      if misses & ~8 == 0 { for site in group.sites { bySite[site] += group.count } }
    }
    return (
      total,
      ItemCounts(
        kinds: CountTable.list(kinds, byKind), sites: CountTable.list(sites, bySite),
        fieldsOfAction: CountTable.list(codes, byCode),
        statuses: CountTable.list(statuses, byStatus))
    )
  }

  private static func list(_ names: Names, _ counts: [Int]) -> [ItemCounts.Count] {
    zip(names.all, counts).filter { !$0.0.isEmpty && $0.1 > 0 }.sorted { $0.0 < $1.0 }
      .map { ItemCounts.Count(value: $0.0, count: $0.1) }
  }
}
