// The inbox: what has to be settled, and edits of this house that nobody sees, with their texts.
// Protocols/http-api.md §4.

import Catalogue
import Desk
import EventLog
import Events
import HTTP
import Views

extension DeskSite {
  /// An edit of this house that nobody sees.
  struct LostEdit {
    let event: Event
    let why: String
  }

  /// Merged items that are searched for edits made without knowing of the merge.
  private static let mergedItems = 50

  /// `/desk/conflicts`.
  func inbox(_ request: Request, _ frame: DeskFrame) throws -> Response {
    let conflicts = try reads.conflicts(site)
    let rows: [HTML] = conflicts.map { row in
      let who = row.sites.map(region.label).joined(separator: ", ")
      return """
        <tr><td><a href="/desk/items/\(row.item.description)/settle">\
        \(ItemParts.title(row.title))</a></td><td>\(Texts.fieldName(row.field))</td>\
        <td>\(who)</td></tr>

        """
    }
    let table: HTML =
      rows.isEmpty
      ? "<p class=\"meta\">Nichts abzustimmen.</p>"
      : DeskFrame.table("Abzustimmen", ["Eintrag", "Angabe", "Geschrieben von"], rows)
    let more: HTML? =
      conflicts.count == ViewReader.maximumConflicts
      ? "<p class=\"meta\">Es sind noch mehr; sie erscheinen, wenn diese abgestimmt sind.</p>" : nil
    let lost = try unreadEdits() + unreadMergedEdits()
    let none: HTML = "<p class=\"meta\">Jede Änderung aus Ihrem Haus hat ihre Wirkung.</p>"
    let edits: HTML =
      lost.isEmpty
      ? none : "<ol class=\"changes\">\n\(try lost.reversed().map { try entry($0, frame) })</ol>"
    return frame.response(
      "Abstimmen",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a></p>
      <h1>Abstimmen</h1>
      <p class="lead">Mehrere haben gleichzeitig Verschiedenes geschrieben. Keine Fassung ging \
      verloren.</p>
      \(table)\(more)
      <section><h2>Änderungen, die niemand sieht</h2>
      \(edits)</section>
      """)
  }

  private func entry(_ lost: LostEdit, _ frame: DeskFrame) throws -> HTML {
    let event = lost.event
    let state = try event.item.flatMap { try reads.state($0) }
    let values = DeskValues(region: region, kind: state?.kind ?? .project)
    let texts: [HTML] = values.ordered(event.fields, by: \.name).map { field in
      let text = values.text(event.value(field.name), field: field.name)
      return "<h4>\(values.name(field.name))</h4>\(DeskValues.whole(text))"
    }
    let title = ItemParts.title(state?.title ?? event.value("title")?.text)
    let link: HTML =
      state?.kind == nil
      ? "\(title)" : "<a href=\"/desk/items/\(event.item?.description ?? "")\">\(title)</a>"
    return """
      <li><article class="side"><h3>\(link)</h3>
      <div class="meta"><b>\(Texts.event(event.type))</b>\
      <span>\(author(event.by, of: event.dot.site))</span>\
      <span>\(BerlinTime.stamp(event.reissues?.at ?? event.at))</span></div>
      <p>\(lost.why)</p>
      \(texts)
      <form method="post" action="/desk/conflicts/read">\(frame.token)\
      <input type="hidden" name="edit" value="\(event.dot.description)">\
      <button class="button quiet" type="submit">Gelesen – nicht mehr zeigen</button></form>\
      </article></li>

      """
  }

  /// `POST /desk/conflicts/read`: this desk shows the edit no more; the log keeps it.
  func markRead(_ request: Request, _ visit: DeskVisit, _ form: PostedForm) throws -> Answer? {
    guard let edit = form["edit"].flatMap({ Dot($0) }), edit.site == site else { return nil }
    let known = try unreadEdits() + unreadMergedEdits()
    // Only what the inbox shows: no dot of anybody's making fills the store.
    if known.contains(where: { $0.event.dot == edit }) {
      try store.markRead(edit, by: visit.user.pseudonym, now: now())
    }
    return .now(.redirect(to: "/desk/conflicts"))
  }

  /// Edits of this house that have no effect and that nobody has marked as read.
  func unreadEdits() throws -> [LostEdit] {
    let events = try reads.region.withoutEffect()
    guard !events.isEmpty else { return [] }
    let read = try store.readEdits()
    return events.compactMap { logged in
      guard case .void(let reason) = logged.verdict, !read.contains(logged.event.dot) else {
        return nil
      }
      return LostEdit(event: logged.event, why: DeskSite.words(for: reason))
    }
  }

  /// Edits of this house on an item that was folded into another, by somebody who did not know of
  /// that, and who is not known to who folded it.
  private func unreadMergedEdits() throws -> [LostEdit] {
    let rows = try reads.region.marked(.merged).filter { $0.sites.contains(site) }
    guard !rows.isEmpty else { return [] }
    let read = try store.readEdits()
    var edits: [LostEdit] = []
    for row in rows.prefix(DeskSite.mergedItems) {
      let history = try reads.history(row.id)
      guard let merge = try reads.state(row.id)?.winner("mergedInto")?.dot,
        let merging = history.first(where: { $0.event.dot == merge })?.event
      else { continue }
      for logged in history where logged.verdict == .applied {
        let event = logged.event
        guard event.dot.site == site, event.dot != merge, !read.contains(event.dot),
          !event.context.contains(merge), !merging.context.contains(event.dot)
        else { continue }
        edits.append(
          LostEdit(
            event: event,
            why: "Der Eintrag wurde inzwischen mit einem anderen zusammengeführt."))
      }
    }
    return edits
  }
}
