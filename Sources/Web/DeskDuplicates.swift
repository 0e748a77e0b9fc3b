// Duplicates: the node suggests, with reasons; a person decides. Nothing is ever joined by itself.
// Who leads an item folds it into the other; the Kreis sees all suggestions.
// Protocols/http-api.md §4, views.md §7.

import Catalogue
import Desk
import Events
import HTTP
import Views

extension DeskSite {
  /// Suggestions on the page; those behind follow when these are decided.
  static let suggestions = 50

  func registerDuplicates(in router: Router) {
    router.get("/desk/duplicates") { request in
      guard let visit = gate.visit(request) else {
        return
          .now(.redirect(to: ReturnPath.signIn(then: "/desk/duplicates")))
      }
      do {
        return try duplicatesPage(frame(visit))
      } catch {
        return .now(failed(frame(visit)))
      }
    }
    show(router, "/desk/duplicates/:first/:second") { request, frame in
      try comparePage(request, frame)
    }
    post(router, "/desk/duplicates/:first/:second/dismiss", for: .releaser) { request, visit, _ in
      guard let (first, second) = try pair(request) else { return nil }
      try store.dismiss(first.id, second.id, by: visit.user.pseudonym, now: now())
      return .now(.redirect(to: "/desk/duplicates"))
    }
    post(router, "/desk/duplicates/:first/:second/recall", for: .releaser) { request, _, _ in
      guard let (first, second) = try pair(request) else { return nil }
      try store.recall(first.id, second.id)
      return .now(.redirect(to: "/desk/duplicates"))
    }
  }

  // MARK: - All suggestions

  /// Comparing takes some searches for each item, so it is done beside the loop.
  private func duplicatesPage(_ frame: DeskFrame) throws -> Answer {
    let page = DuplicatesPage(
      region: region, site: site, frame: frame, dismissed: try store.dismissedPairs())
    guard let slowly else { return .now(try page.response(reads)) }
    let trouble = failed(frame)
    return .later { reply in
      slowly.run { reads in
        var response = trouble
        if let reads, let made = try? page.response(reads) { response = made }
        SecurityHeaders.add(to: &response)
        reply.send(response)
      }
    }
  }

  // MARK: - Two items

  private typealias Side = (id: ItemID, state: ItemState, kind: ItemKind)

  private func pair(_ request: Request) throws -> (Side, Side)? {
    func side(_ name: String) throws -> Side? {
      guard let id = request.parameter(name).flatMap({ ItemID($0) }),
        let state = try reads.state(id), let kind = state.kind
      else { return nil }
      return (id, state, kind)
    }
    guard let first = try side("first"), let second = try side("second"), first.id != second.id
    else { return nil }
    return (first, second)
  }

  /// `/desk/duplicates/:first/:second`: both, field by field, and what can be done.
  private func comparePage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard let (first, second) = try pair(request) else { return nil }
    let score = DuplicateFacts(first.state).flatMap { a in
      DuplicateFacts(second.state).flatMap { DuplicateScore(a, $0) }
    }
    let reasons: HTML? = score.map {
      "<p>Dafür spricht: \(DuplicatesPage.words($0.reasons))</p>"
    }
    let address = "/desk/duplicates/\(first.id)/\(second.id)"
    let isDismissed = try store.dismissedPairs().contains {
      [$0.first, $0.second] == [min(first.id, second.id), max(first.id, second.id)]
    }
    let other: HTML =
      isDismissed
      ? """
      <form method="post" action="\(address)/recall">\(frame.token)\
      <button class="button quiet" type="submit">Doch wieder vorschlagen</button></form>
      """
      : """
      <form method="post" action="\(address)/dismiss">\(frame.token)\
      <button class="button quiet" type="submit">Das sind zwei verschiedene Einträge</button></form>
      """
    return frame.response(
      "Doppelt?",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a> › \
      <a href="/desk/duplicates">Doppelte Einträge</a></p>
      <h1>Ist das zweimal dasselbe?</h1>
      \(reasons)
      <div class="sides">\(side(first))\(side(second))</div>
      \(folding(first, into: second, frame))
      \(folding(second, into: first, frame))
      \(other)
      """)
  }

  private func side(_ side: Side) -> HTML {
    let values = DeskValues(region: region, kind: side.kind)
    let names = side.state.registers.map(\.field).filter { !["title", "language"].contains($0) }
    let fields: [HTML] = values.ordered(names, by: \.self).compactMap { name in
      side.state.value(name).map { value in
        "<h3>\(values.name(name))</h3>\(DeskValues.whole(values.text(value, field: name)))\n"
      }
    }
    return """
      <article class="side"><h2><a href="/desk/items/\(side.id.description)">\
      \(ItemParts.title(side.state.title))</a></h2>
      <div class="meta"><b>\(side.state.lead.map(region.label) ?? "")</b>\
      <span>\(Texts.kind(side.kind.rawValue))</span></div>
      \(fields)</article>

      """
  }

  /// The form that folds one into the other, or who could.
  private func folding(_ one: Side, into other: Side, _ frame: DeskFrame) -> HTML? {
    guard one.state.mergedInto == nil else {
      return """
        <p class="note">„\(ItemParts.title(one.state.title))“ ist schon zusammengeführt. \
        Aufheben lässt sich das auf der Seite des Eintrags.</p>
        """
    }
    let title = ItemParts.title(one.state.title)
    let target = ItemParts.title(other.state.title)
    guard rights(one.state).isLead else {
      return """
        <p class="meta">Ob „\(title)“ in „\(target)“ aufgeht, entscheidet \
        \(one.state.lead.map(region.label) ?? "die Federführung"). Dort steht derselbe \
        Vorschlag.</p>
        """
    }
    return """
      <details class="panel"><summary>„\(title)“ (\(region.label(site))) in den anderen Eintrag \
      aufnehmen</summary>
      <form class="form" method="post" action="/desk/items/\(one.id.description)/act/merge">
      \(frame.token)<input type="hidden" name="context" value="\(one.state.screen.text)">
      <input type="hidden" name="into" value="\(other.id.description)">
      <p>Leser kommen von beiden Adressen zu „\(target)“ (\
      \(other.state.lead.map(region.label) ?? "")). Die Angaben werden nicht vermischt, beide \
      Verläufe bleiben, und aufheben lässt es sich jederzeit.</p>
      \(DeskActions.confirmation("Beide Einträge meinen dasselbe."))
      <div class="acts"><button class="stop" type="submit">Zusammenführen</button></div></form>\
      </details>

      """
  }

  // MARK: - Writing

  /// The event that folds an item into another, or takes that back.
  func mergeEvent(
    _ action: String, _ id: ItemID, _ state: ItemState, _ form: PostedForm
  ) throws -> DeskEvent {
    if action == "separate" {
      return DeskEvent(type: "item.separated", writes: [.init("mergedInto", .null)])
    }
    guard let told = form.text("into").flatMap({ ItemID($0) }),
      let target = try reads.state(told), target.kind != nil
    else { throw DeskObjection(text: "Den anderen Eintrag gibt es nicht.") }
    let end = try MergeChain.end(of: told) { try reads.state($0)?.mergedInto }
    guard end != id else {
      throw DeskObjection(text: "Der andere Eintrag ist schon in diesem aufgegangen.")
    }
    guard let there = try reads.state(end), !there.isWithdrawn, !there.isHidden else {
      throw DeskObjection(text: "Der andere Eintrag ist zurzeit nicht öffentlich.")
    }
    try requireConfirmation(form)
    return DeskEvent(type: "item.merged", writes: [.init("mergedInto", .string(told.description))])
  }
}

/// The page of all suggestions. A value, so that it can be made beside the loop.
private struct DuplicatesPage: Sendable {
  let region: Region
  let site: SiteID
  let frame: DeskFrame
  let dismissed: [DismissedPair]

  func response(_ reads: CatalogueReads) throws -> Response {
    let isKreis = site == region.kreis
    let gone = Set(dismissed.map { [$0.first, $0.second] })
    let pairs = try reads.region.duplicates(isKreis ? nil : site)
      .filter { !gone.contains([$0.first.id, $0.second.id]) }
    let rows = try pairs.prefix(DeskSite.suggestions).map { try row($0, reads) }
    let merged = try reads.region.marked(.merged).filter { isKreis || $0.sites.contains(site) }
    let past = try dismissed.prefix(DeskSite.suggestions).compactMap { try row($0, reads) }
    return frame.response(
      "Doppelte Einträge",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a></p>
      <h1>Doppelte Einträge</h1>
      <p class="lead">Diese Einträge sehen einander ähnlich. Ob sie dasselbe meinen, entscheiden \
      Sie; von selbst wird nichts zusammengeführt.</p>
      \(rows.isEmpty ? "<p class=\"meta\">Zurzeit fällt nichts auf.</p>" : list(rows))
      <p class="meta">Verglichen werden die \(ViewReader.comparedItems) zuletzt geänderten Einträge \
      mit allen anderen.</p>
      \(section("Zusammengeführt", merged.prefix(DeskSite.suggestions).map(joined)))
      \(section("Als verschieden erkannt", past))
      """)
  }

  private func list(_ rows: [HTML]) -> HTML { "<ul class=\"plainrows\">\n\(rows)</ul>" }

  private func section(_ title: String, _ rows: [HTML]) -> HTML? {
    rows.isEmpty ? nil : "<section><h2>\(title)</h2>\n\(list(rows))</section>"
  }

  private func title(_ id: ItemID, _ reads: CatalogueReads) throws -> String {
    ItemParts.title(try reads.state(id)?.title)
  }

  private func row(_ pair: DuplicatePair, _ reads: CatalogueReads) throws -> HTML {
    """
    <li><a href="\(address(pair.first.id, pair.second.id))">\
    „\(try title(pair.first.id, reads))“ (\(region.label(pair.first.lead))) und \
    „\(try title(pair.second.id, reads))“ (\(region.label(pair.second.lead)))</a><br>\
    <small>\(DuplicatesPage.words(pair.score.reasons))</small></li>

    """
  }

  private func row(_ pair: DismissedPair, _ reads: CatalogueReads) throws -> HTML {
    """
    <li><a href="\(address(pair.first, pair.second))">„\(try title(pair.first, reads))“ und \
    „\(try title(pair.second, reads))“</a> <small>\(BerlinTime.stamp(pair.at))</small></li>

    """
  }

  private func joined(_ row: ItemRow) -> HTML {
    """
    <li><a href="/desk/items/\(row.id.description)">\(ItemParts.title(row.title))</a> \
    (\(region.label(row.lead))) <small>führt zu \
    <a href="/desk/items/\(row.mergedInto?.description ?? "")">\
    \(row.mergedInto?.description ?? "")</a></small></li>

    """
  }

  private func address(_ first: ItemID, _ second: ItemID) -> String {
    "/desk/duplicates/\(first)/\(second)"
  }

  /// Reasons in one line.
  static func words(_ reasons: [DuplicateScore.Reason]) -> String {
    reasons.map { reason in
      switch reason {
      case .sameTitle: "gleicher Titel"
      case .similarTitle(let percent): "ähnlicher Titel (\(percent) von 100)"
      case .sameTime: "gleiche Zeit"
      case .sameDay: "gleicher Tag"
      case .nearDay(let days): days == 1 ? "ein Tag Abstand" : "\(days) Tage Abstand"
      case .samePlace: "gleicher Ort"
      case .sharedLink: "gleicher Link"
      case .similarSummary(let percent): "ähnlicher Kurztext (\(percent) von 100)"
      }
    }.joined(separator: ", ")
  }
}
