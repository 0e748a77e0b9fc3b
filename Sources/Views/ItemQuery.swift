// What a list of items can be asked for, and what it answers. Protocols/views.md §3.

package import Events

/// A question to the list of items. What is not told does not filter.
package struct ItemQuery: Sendable, Hashable {
  /// Whose list it is.
  package enum Audience: Sendable, Hashable {
    /// What the public may see at the moment of the query.
    case everyone
    /// Everything, with hidden, withdrawn, merged, expired and coming items.
    case editors
  }

  /// The order of the rows; ties stand in the order of their ids.
  package enum Order: Sendable, Hashable {
    /// By `ItemRow.day`, the latest first.
    case newestFirst
    /// By `ItemRow.day`, the earliest first.
    case oldestFirst
    /// By what was changed last.
    case changedFirst
    /// By title, as a German reader expects it.
    case title
    /// By fit to `text`; without a text as `newestFirst`.
    case relevance
  }

  /// Whose list it is.
  package var audience: Audience = .everyone
  /// `project`, `news`, `date`; empty means all.
  package var kinds: Set<String> = []
  /// Leads the item or takes part in it.
  package var site: SiteID?
  /// Code of a field of action.
  package var fieldOfAction: String?
  /// Status of a project; the schedule's state of a date.
  package var status: String?
  /// One keyword, folded as search folds it.
  package var keyword: String?
  /// Words that all must be found; the last may be the beginning of one.
  package var text: String?
  /// The first local day or minute that counts (`2026-03-01`, `2026-03-01T10:00`): for dates what
  /// is not over by then, for the others their `day`.
  package var from: String?
  /// The first local day or minute that does not count any more: dates begin before it.
  package var until: String?
  /// Only items that the Kreis features.
  package var featuredOnly = false
  /// Only items of that topic, letter by letter.
  package var topic: String?
  /// The order of the rows.
  package var order: Order = .newestFirst
  /// Rows of a page; clamped to `1...ItemQuery.maximumLimit`.
  package var limit = 20
  /// Rows to leave out; clamped to `ItemQuery.maximumOffset`. Not used with a cursor.
  package var offset = 0
  /// `ItemPage.next` of the page before.
  package var cursor: String?
  /// True if `ItemPage.counts` is wanted.
  package var wantsCounts = true

  /// A page of the API at its largest; memory of an answer stays below 1 MB.
  package static let maximumLimit = 200
  /// Pages by number end here; a cursor goes on.
  package static let maximumOffset = 10_000

  /// All that the public sees.
  package init() {}
}

/// One page of a list.
package struct ItemPage: Sendable, Hashable {
  /// The rows in the order asked for.
  package var rows: [ItemRow] = []
  /// How many items the whole list has.
  package var total = 0
  /// The cursor of the next page; nil on the last.
  package var next: String?
  /// Beside each filter; empty where not asked for.
  package var counts = ItemCounts()
}

/// How many items the list would have with another value of one filter, all others kept.
package struct ItemCounts: Sendable, Hashable {
  /// One value and its count.
  package struct Count: Sendable, Hashable {
    /// The value of the filter.
    package let value: String
    /// How many items have it.
    package let count: Int

    /// That many items with that value.
    package init(value: String, count: Int) {
      self.value = value
      self.count = count
    }
  }

  /// By kind.
  package var kinds: [Count] = []
  /// By site that leads or takes part.
  package var sites: [Count] = []
  /// By field of action.
  package var fieldsOfAction: [Count] = []
  /// By status.
  package var statuses: [Count] = []
}

/// One item as lists show it.
package struct ItemRow: Sendable, Hashable {
  /// The address.
  package var id: ItemID
  /// `project`, `news` or `date`.
  package var kind: String
  /// The site that leads the item.
  package var lead: SiteID
  /// The title; empty where it has been erased.
  package var title: String
  /// The summary, empty where there is none.
  package var summary: String
  /// `published` or `withdrawn`.
  package var state: String
  /// Status of a project.
  package var status: String?
  /// Codes in the order in which the editors gave them.
  package var fieldsOfAction: [String]
  /// Lead and participants, ascending.
  package var sites: [SiteID]
  /// Keywords in the order in which the editors gave them.
  package var keywords: [String]
  /// What lists of the kind go by, as local text: a news' release, a date's start, the beginning
  /// of a project's period; empty where there is none.
  package var day: String
  /// Local day or minute at which a news was released.
  package var released: String?
  /// Local day or minute at which a date begins.
  package var start: String?
  /// Local day or minute at which a date ends.
  package var end: String?
  /// True if a date has no times.
  package var allDay: Bool
  /// `scheduled`, `postponed`, `rescheduled` or `cancelled`.
  package var scheduleState: String?
  /// The start before a date was moved.
  package var oldStart: String?
  /// The rule by which a date is repeated; nil for a single one.
  package var recurrence: String?
  /// When the item was created, by its author's clock.
  package var createdAt: Timestamp
  /// When the youngest value was written.
  package var changedAt: Timestamp
  /// True if a field has more than one value.
  package var hasConflict: Bool
  /// True if the Kreis hides the item.
  package var isHidden: Bool
  /// From when on the item is out of the lists.
  package var expires: Timestamp?
  /// The item that this one is folded into.
  package var mergedInto: ItemID?
  /// True if the Kreis features the item.
  package var featured: Bool
  /// The topic of the region that the Kreis put the item under.
  package var topic: String?

  /// True if nothing but the moment can keep the public from seeing the item in a list.
  package var isPublic: Bool {
    !isHidden && mergedInto == nil && state == "published" && !title.isEmpty
  }
}
