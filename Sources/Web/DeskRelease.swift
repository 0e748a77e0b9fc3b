// From a draft to an event: preview, hand in, hand back, release now or at a moment.
// What is released is exactly the text that was on the releaser's screen.

import Catalogue
import Desk
import EventLog
import Events
import HTTP
import Views

extension DeskSite {
  // MARK: - Preview

  /// `GET /desk/drafts/:id/preview`.
  func previewPage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard let (draft, state) = try draft(request) else { return nil }
    return try previewPage(draft, state, frame, message: nil, status: 200)
  }

  private func previewPage(
    _ draft: Draft, _ state: ItemState?, _ frame: DeskFrame, message: String?, status: Int
  ) throws -> Response? {
    guard var form = DeskForm(draft, state: state) else { return nil }
    if draft.step == .releasing {
      return try draftPage(draft, state, form, frame, nil)
    }
    let text = form.text(over: state)
    let back = DeskSite.address(draft.id)
    if !form.errors.isEmpty { return .redirect(to: "\(back)?pruefen=1") }
    let standing = try reads.standing()
    let check = ReleaseCheck(site: site, kreis: region.kreis)
    func words(at moment: Timestamp) -> String? {
      check.objection(
        to: text, item: draft.item, isNew: draft.isNew, state: state, heads: standing.heads,
        at: moment)
    }
    let objection = words(at: draft.due ?? now())
    // A news of tomorrow can be released for tomorrow.
    let isForLater = words(at: Timestamp(milliseconds: Timestamp.maximumMilliseconds)) == nil
    var notes: [HTML] = []
    if let message { notes.append(problem(message)) }
    if let objection, objection != message {
      notes.append("<div class=\"note warn\"><p>\(objection)</p></div>")
    }
    return frame.response(
      "Vorschau: \(DeskSite.title(of: draft))",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a> › \
      <a href="\(back)">Entwurf</a> › Vorschau</p>
      \(notes)
      \(try releasePanel(draft, text, frame, isForNow: objection == nil, isForLater: isForLater))
      <p class="meta">So wird es veröffentlicht:</p>
      <div class="preview">\(try published(draft, text, state))</div>
      """,
      status: status)
  }

  /// The item's page as the release would make it.
  private func published(_ draft: Draft, _ text: ReleaseText, _ state: ItemState?) throws -> HTML {
    var catalogue = CatalogueState(kreis: region.kreis)
    if let state { catalogue.load(state) }
    let seq = (state?.watermark[site] ?? 0) + 1
    var random = SystemRandom()
    let event = EventDraft(
      type: text.type, item: draft.item, context: text.context, writes: text.writes)
    // Only a picture of the event that will be: nobody checks its chain.
    guard
      let event = try? event.event(
        at: Dot(site, seq), time: draft.due ?? now(), prev: .zero, lineKey: [], using: &random)
    else { return "<p>Das ist zu groß, um veröffentlicht zu werden.</p>" }
    catalogue.apply(event, stamp: nil)
    guard let shown = catalogue[draft.item] else { return .nothing }
    // Files that nobody sees yet are shown as the desk shows them.
    let pages = PublicPages(
      region: region, reads: reads, media: media, mediaPath: "/desk/media/", now: now)
    return pages.article(shown, draft.item, try reads.history(draft.item), at: draft.due ?? now())
  }

  /// What this person can do with the draft now.
  private func releasePanel(
    _ draft: Draft, _ text: ReleaseText, _ frame: DeskFrame, isForNow: Bool, isForLater: Bool
  ) throws -> HTML {
    let target = DeskSite.address(draft.id)
    let seen: HTML = """
      \(frame.token)<input type="hidden" name="seen" value="\(text.digest.hex)">
      """
    let fourEyes = try store.wantsFourEyes()
    let person = frame.visit.user.pseudonym
    let isSecond = !draft.writers.contains(person) && draft.submitter != person
    let isAsked = draft.step != .open && draft.text == text
    var panels: [HTML] = []
    if draft.step == .scheduled, draft.text == text {
      panels.append(scheduled(draft, frame))
    }
    if mayRelease(frame.visit), isForLater, !fourEyes || (isSecond && isAsked) {
      panels.append(releaseForms(target, seen, isForNow: isForNow))
    }
    if draft.step == .review, mayRelease(frame.visit) {
      panels.append(
        """
        <details class="panel"><summary>Zurückgeben</summary>
        <form class="form" method="post" action="\(target)/return">\(frame.token)
        <div class="row"><label for="comment">Was fehlt oder soll anders werden?</label>
        <textarea id="comment" name="comment" required></textarea></div>
        <div class="acts"><button class="quiet" type="submit">Zurückgeben</button></div></form>\
        </details>
        """)
    }
    if draft.step == .open, isForLater, fourEyes || !mayRelease(frame.visit) {
      panels.append(
        """
        <form class="form" method="post" action="\(target)/submit">\(seen)
        <div class="row"><label for="hint">Bemerkung<span class="hint">für die Freigabe, nicht \
        öffentlich</span></label><input id="hint" name="comment"></div>
        <div class="acts"><button type="submit">Zur Freigabe geben</button></div></form>
        """)
    }
    if fourEyes, mayRelease(frame.visit), !isSecond {
      panels.append(
        "<p class=\"meta\">Vier Augen: Wer mitgeschrieben hat, gibt nicht selbst frei.</p>")
    }
    return """
      <section class="release" aria-label="Freigabe">\(panels)
      <p><a class="button quiet" href="\(target)">Weiter bearbeiten</a></p></section>
      """
  }

  private func releaseForms(_ target: String, _ seen: HTML, isForNow: Bool) -> HTML {
    let now: HTML? =
      !isForNow
      ? nil
      : """
      <form class="form" method="post" action="\(target)/release">\(seen)
      <div class="acts"><button type="submit">Jetzt veröffentlichen</button></div></form>
      """
    return """
      \(now)
      <details class="panel"><summary>Zu einem Zeitpunkt freigeben (Sperrfrist)</summary>
      <form class="form" method="post" action="\(target)/release">\(seen)
      <p>Bis dahin verlässt der Text das Haus nicht: Er steht in keinem Protokoll, in keiner Suche \
      und in keinem Abgleich. Ist der Knoten dann aus, wird die Freigabe beim Start nachgeholt.</p>
      <div class="pair"><div class="row"><label for="day">Tag</label>
      <input id="day" name="day" type="date" required></div>
      <div class="row"><label for="clock">Uhrzeit</label>
      <input id="clock" name="clock" type="time" required></div></div>
      <div class="acts"><button class="quiet" type="submit">Für diesen Zeitpunkt freigeben</button>\
      </div></form></details>
      """
  }

  private func scheduled(_ draft: Draft, _ frame: DeskFrame) -> HTML {
    """
    <div class="note good"><p><b>Freigegeben für \(draft.due.map(BerlinTime.stamp) ?? "")</b> von \
    \(name(of: draft.releaser ?? "")).</p>
    <form class="form" method="post" action="\(DeskSite.address(draft.id))/unplan">\(frame.token)
    <div class="acts"><button class="quiet" type="submit">Freigabe zurücknehmen</button></div>\
    </form></div>
    """
  }

  // MARK: - Steps

  /// `POST /desk/drafts/:id/submit`.
  func submit(_ request: Request, _ visit: DeskVisit, _ posted: PostedForm) throws -> Answer? {
    try step(request, visit, .handedIn) { draft, text in
      guard posted["seen"] == text.digest.hex else { throw DraftError.textChanged }
      try draft.submit(
        text, by: visit.user.pseudonym, comment: posted.text("comment"), now: now())
    }
  }

  /// `POST /desk/drafts/:id/return`.
  func handBack(_ request: Request, _ visit: DeskVisit, _ posted: PostedForm) throws -> Answer? {
    guard let comment = posted.text("comment") else {
      guard let (draft, state) = try draft(request) else { return nil }
      return try previewPage(
        draft, state, frame(visit), message: "Bitte schreiben Sie dazu, was fehlt.", status: 422
      ).map { .now($0) }
    }
    return try step(request, visit, .handedBack) { draft, _ in
      try draft.handBack(by: visit.user.pseudonym, comment: comment, now: now())
    }
  }

  /// `POST /desk/drafts/:id/unplan`.
  func unplan(_ request: Request, _ visit: DeskVisit, _ posted: PostedForm) throws -> Answer? {
    try step(request, visit, .unplanned) { draft, _ in
      try draft.handBack(
        by: visit.user.pseudonym, comment: "Die geplante Freigabe wurde zurückgenommen.",
        now: now())
    }
  }

  /// `POST /desk/drafts/:id/release`, at once or with `day` and `clock`.
  func releaseSeen(_ request: Request, _ visit: DeskVisit, _ posted: PostedForm) throws -> Answer? {
    guard let (draft, state) = try draft(request) else {
      // A second click: the first one has released it.
      return .now(.redirect(to: "/desk"))
    }
    var due: Timestamp?
    if posted["day"] != nil {
      guard
        let time = LocalTime(
          "\(posted.text("day") ?? "")T\((posted.text("clock") ?? "").prefix(5))")
      else {
        return try previewPage(
          draft, state, frame(visit), message: "Bitte nennen Sie Tag und Uhrzeit.", status: 422
        ).map { .now($0) }
      }
      due = BerlinTime.moment(of: time)
    }
    guard let seen = posted["seen"].flatMap({ Digest(hex: $0) }) else { return nil }
    return try release(draft, visit, seen: seen, due: due)
  }

  /// Releases what the draft says now; the last step before the log.
  func release(
    _ draft: Draft, _ visit: DeskVisit, seen: Digest?, due: Timestamp?
  ) throws -> Answer {
    let state = draft.isNew ? nil : try reads.state(draft.item)
    guard mayRelease(visit) else {
      return .now(.redirect(to: "\(DeskSite.address(draft.id))/preview"))
    }
    guard var form = DeskForm(draft, state: state) else { return .now(notFound(frame(visit))) }
    let text = form.text(over: state)
    guard form.errors.isEmpty else {
      return .now(try draftPage(draft, state, form, frame(visit), nil, status: 422))
    }
    let check = ReleaseCheck(site: site, kreis: region.kreis)
    if let words = check.objection(
      to: text, item: draft.item, isNew: draft.isNew, state: state,
      heads: try reads.standing().heads, at: due ?? now())
    {
      form.errors[""] = words
      return .now(try draftPage(draft, state, form, frame(visit), nil, status: 422))
    }
    do {
      let fourEyes = try store.wantsFourEyes()
      try store.change(draft.id) { current in
        // What somebody typed in between is not what was looked at.
        guard current.inputs == draft.inputs else { throw DraftError.textChanged }
        try current.release(
          seen: seen, text: text, by: visit.user.pseudonym, due: due, fourEyes: fourEyes,
          now: now())
      }
    } catch let error as DraftError {
      return try refused(draft, visit, error)
    }
    if due != nil {
      port.plansChanged()
      return .now(.redirect(to: "\(DeskSite.address(draft.id))/preview"))
    }
    return take(draft, visit)
  }

  /// Takes the released draft to the log and answers when it is there.
  private func take(_ draft: Draft, _ visit: DeskVisit) -> Answer {
    let release = port.release
    let frame = frame(visit)
    let (id, item) = (draft.id, draft.item)
    return .later { reply in
      release(id) { outcome in
        var response: Response
        switch outcome {
        case .released: response = .redirect(to: "/desk/items/\(item)?ok=1")
        case .refused: response = .redirect(to: DeskSite.address(id))
        case .unavailable:
          response = frame.response(
            "Wird nachgeholt",
            """
            <h1>Die Freigabe wird nachgeholt</h1>
            <div class="note warn" role="alert"><p>Das Protokoll lässt sich gerade nicht schreiben. \
            Ihr Text ist gesichert und wird veröffentlicht, sobald es wieder geht; Sie müssen \
            nichts tun.</p></div>
            <p><a href="\(DeskSite.address(id))/preview">Zum Entwurf</a></p>
            """, status: 503)
        }
        SecurityHeaders.add(to: &response)
        reply.send(response)
      }
    }
  }

  /// One step of a draft, and back to its preview.
  private func step(
    _ request: Request, _ visit: DeskVisit, _ action: DeskAction,
    _ take: (inout Draft, ReleaseText) throws -> Void
  ) throws -> Answer? {
    guard let (draft, state) = try draft(request), var form = DeskForm(draft, state: state) else {
      return nil
    }
    let text = form.text(over: state)
    do {
      try store.change(draft.id) { current in
        guard current.inputs == draft.inputs else { throw DraftError.textChanged }
        try take(&current, text)
      }
    } catch let error as DraftError {
      return try refused(draft, visit, error)
    }
    port.plansChanged()
    try store.record(
      action, by: visit.user.pseudonym, on: draft.item.description, now: now())
    return .now(.redirect(to: "\(DeskSite.address(draft.id))/preview"))
  }

  private func refused(_ draft: Draft, _ visit: DeskVisit, _ error: DraftError) throws -> Answer {
    let words: String
    switch error {
    case .unknown: return .now(.redirect(to: "/desk"))
    case .isReleasing: return .now(.redirect(to: "/desk/items/\(draft.item)"))
    case .textChanged:
      words = "Der Text wurde inzwischen geändert. Bitte sehen Sie ihn noch einmal an."
    case .hasOthers: words = "Bitte wählen Sie zuerst zwischen den beiden Fassungen."
    case .needsSecondPerson:
      words = "Vier Augen: Freigeben muss jemand, der nicht mitgeschrieben hat."
    case .momentPassed: words = "Dieser Zeitpunkt ist schon vorbei."
    }
    guard let fresh = try store.draft(draft.id) else { return .now(.redirect(to: "/desk")) }
    let state = fresh.isNew ? nil : try reads.state(fresh.item)
    let page = try previewPage(fresh, state, frame(visit), message: words, status: 409)
    return .now(page ?? notFound(frame(visit)))
  }

  // MARK: - Rights

  func mayRelease(_ visit: DeskVisit) -> Bool { visit.user.role >= .releaser }

  func problem(_ words: String) -> HTML {
    "<div class=\"note stop\" role=\"alert\"><p>\(words)</p></div>"
  }

  /// What the house calls somebody whom events know by a pseudonym.
  func name(of pseudonym: String) -> String {
    let person = try? store.person(pseudonym)
    return person?.user.name ?? pseudonym
  }
}
