// The page of one item: what it says, who takes part, what became of it.

import Catalogue
import EventLog
import Events
import HTTP
import Media
import Views

extension PublicPages {
  /// What an address of an item leads to.
  enum Found {
    case page(Page)
    case gone(Page)
    case elsewhere(String)
    case nothing

    /// When a page changes by itself.
    var until: Timestamp? {
      if case .page(let page) = self { page.until } else { nil }
    }
  }

  /// The item at `/projekte/:id` and the like.
  func item(_ request: Request, kind: String) throws -> Found {
    guard let id = request.parameter("id").flatMap({ ItemID($0) }),
      let state = try reads.state(id), let actual = state.kind
    else { return .nothing }
    let moment = now()
    if state.isUnreleased(at: moment) { return .nothing }
    if state.mergedInto != nil {
      let end = try MergeChain.end(of: id) { try reads.state($0)?.mergedInto }
      if end != id, let target = try reads.state(end)?.kind {
        return .elsewhere(Address.item(end, kind: target.rawValue))
      }
    }
    guard actual.rawValue == kind else {
      return .elsewhere(Address.item(id, kind: actual.rawValue))
    }
    if state.isWithdrawn || state.isHidden { return .gone(gone(state)) }
    return .page(detail(state, id, try reads.history(id), at: moment))
  }

  private func detail(
    _ state: ItemState, _ id: ItemID, _ history: [LoggedEvent], at moment: Timestamp
  ) -> Page {
    let kind = state.kind ?? .project
    return Page(
      title: ItemParts.title(state.title), description: state.summary ?? "",
      section: kind == .project ? .projects : kind == .news ? .news : .dates,
      content: """
        <p class="crumbs"><a href="/">\(Texts.start)</a> › \
        <a href="\(Address.list(kind.rawValue))">\(Texts.kinds(kind))</a></p>
        \(article(state, id, history, at: moment))
        """,
      until: state.expires)
  }

  /// What is said about an item, without what is around it.
  func article(
    _ state: ItemState, _ id: ItemID, _ history: [LoggedEvent], at moment: Timestamp
  ) -> HTML {
    let view = ItemDetail(region: region, state: state, id: id)
    let body = Markdown.render(state.text("body") ?? "")
    let line = view.timeline(history)
    let files = ItemMedia(state, path: mediaPath, holds: media.holds)
    let rest: HTML =
      switch state.kind ?? .project {
      case .project: view.project
      case .news: view.news
      case .date: "\(view.date)\(view.series(at: moment))"
      }
    return """
      <article>
      <h1>\(ItemParts.title(state.title))</h1>
      \(view.subtitle)
      \(view.meta)
      \(view.notices(at: moment))
      \(view.lead)
      <div class="item">
      <div class="text">\(view.placeLine)\(files.pictures)\(body)\(view.after)\
      \(files.documents)</div>
      <aside class="facts" aria-label="Auf einen Blick">\(rest)\(view.shared)</aside>
      \(line)
      </div>
      </article>
      """
  }
}

/// The parts of an item's page.
struct ItemDetail {
  let region: Region
  let state: ItemState
  let id: ItemID

  private var parts: ItemParts { ItemParts(region: region) }

  // MARK: - Head

  var subtitle: HTML? {
    state.kind == .news ? state.text("subtitle").map { "<p class=\"lead\">\($0)</p>" } : nil
  }

  var lead: HTML? { state.summary.map { "<p class=\"lead\">\($0)</p>" } }

  var placeLine: HTML? {
    state.kind == .news ? state.text("placeLine").map { "<p><b>\($0)</b></p>" } : nil
  }

  var meta: HTML {
    let status: HTML? = state.kind == .project ? parts.statusBadge(state.text("status")) : nil
    let date: HTML? =
      state.kind == .news
      ? LocalTime(state.text("released")).map {
        "<span><time datetime=\"\($0.iso)\">\($0.day.long)</time></span>"
      } : nil
    let lead: HTML? = state.lead.map {
      "<a href=\"/staedte/\($0.description)\">\(region.label($0))</a>"
    }
    return """
      <div class="meta">\(status)\(parts.scheduleBadge(scheduleState))\(date)\(lead)\
      \(parts.tags(state.fieldsOfAction))\(parts.conflictBadge(state.hasConflict))</div>
      """
  }

  private var scheduleState: String? {
    state.kind == .date ? state.schedule?["state"]?.text : nil
  }

  /// What a reader has to know before the text.
  func notices(at moment: Timestamp) -> [HTML] {
    var notices: [HTML] = []
    let old = LocalTime(state.schedule?["oldStart"]?.text).map { $0.span(to: nil) }
    switch scheduleState {
    case "cancelled":
      notices.append("<div class=\"note stop\"><p><b>Dieser Termin ist abgesagt.</b></p></div>")
    case "postponed":
      let plan: HTML? = (old ?? when).map { " Geplant war: <s>\($0)</s>." }
      notices.append(
        """
        <div class="note warn"><p><b>Dieser Termin ist verschoben.</b>\(plan) Ein neuer Tag \
        steht noch nicht fest.</p></div>
        """)
    case "rescheduled":
      let before: HTML? = old.map { " Bisher: <s>\($0)</s>." }
      notices.append(
        "<div class=\"note warn\"><p><b>Dieser Termin hat eine neue Zeit.</b>\(before)</p></div>")
    default: break
    }
    if let note = state.text("correctionNote") {
      let day = state.winner("correctionNote").map { BerlinTime.local($0.time).day.long }
      let suffix: HTML? = day.map { " <span class=\"meta\">(\($0))</span>" }
      notices.append("<div class=\"note\"><p><b>Berichtigt:</b> \(note)\(suffix)</p></div>")
    }
    if let expires = state.expires, expires <= moment {
      notices.append(
        """
        <div class="note"><p><b>Dieser Eintrag ist seit dem \
        \(BerlinTime.local(expires).day.long) nicht mehr aktuell.</b> In den Listen steht er nicht \
        mehr. <a href="\(list)">Was jetzt gilt: \(Texts.kinds(state.kind ?? .project))</a></p></div>
        """)
    } else if isOver(at: moment), scheduleState != "cancelled", scheduleState != "postponed" {
      notices.append("<div class=\"note\"><p>Dieser Termin ist vorbei.</p></div>")
    }
    return notices
  }

  private var list: String { Address.list(state.kind?.rawValue ?? "project") }

  /// True if the last day of a date has passed.
  private func isOver(at moment: Timestamp) -> Bool {
    guard state.kind == .date, let start = state.when?["start"]?.text else { return false }
    let end = state.when?["end"]?.text ?? start
    let last = state.text("recurrence").map { Recurrence($0).lastDay(from: start) }
    guard let day = Day(last ?? end) else { return false }
    return day < BerlinTime.local(moment).day
  }

  /// The coming days of a series.
  func series(at moment: Timestamp) -> HTML? {
    guard state.kind == .date, let rule = state.text("recurrence"),
      let start = state.when?["start"]?.text
    else { return nil }
    let today = BerlinTime.local(moment).day
    let end = today.advanced(days: Occurrence.daysAhead)
    let days = Recurrence(rule).days(from: start, before: end.iso).compactMap { Day($0) }
      .filter { $0 >= today && $0 < end }
    guard !days.isEmpty else { return nil }
    let isOff = scheduleState == "cancelled" || scheduleState == "postponed"
    let shown: [HTML] = days.prefix(ItemDetail.seriesDays).map { day in
      isOff ? "<li><s>\(day.full)</s></li>\n" : "<li>\(day.full)</li>\n"
    }
    let more: HTML? =
      days.count > shown.count ? "<li>und \(days.count - shown.count) weitere</li>\n" : nil
    return "<h2>Alle Tage der Reihe</h2>\n<ul class=\"days\">\n\(shown)\(more)</ul>"
  }

  /// Days of a series that its page names; the calendar shows all.
  private static let seriesDays = 12

  // MARK: - Facts

  var project: HTML {
    let period = LocalTime(state.value("period")?["from"]?.text).map { from -> HTML in
      let end = LocalTime(state.value("period")?["to"]?.text).map { $0.day.long }
      return end.map { "<h2>Zeitraum</h2><p>\(from.day.long) bis \($0)</p>" }
        ?? "<h2>Zeitraum</h2><p>ab \(from.day.long)</p>"
    }
    let more = [("funding", "Förderung"), ("cost", "Kosten"), ("results", "Ergebnisse")].map {
      field, label -> HTML in state.text(field).map { "<h2>\(label)</h2><p>\($0)</p>" } ?? ""
    }
    return "\(participants)\(period)\(participation)\(partners)\(more)"
  }

  /// The lead first, then those that take part, each with its own status and link.
  private var participants: HTML {
    var rows: [HTML] = []
    if let lead = state.lead { rows.append(participant(lead, isLead: true)) }
    rows += state.participants.filter { $0 != state.lead }.map { participant($0, isLead: false) }
    return "<h2>Beteiligt</h2>\n<ul class=\"sites\">\n\(rows)</ul>"
  }

  private func participant(_ site: SiteID, isLead: Bool) -> HTML {
    let entry = state.value("participant/\(site)")
    let own = isLead ? state.text("status") : nil
    let role: HTML? = isLead ? " <small>(Federführung)</small>" : nil
    let link: HTML? = WebAddress(entry?["url"]?.text).map { "<br>\($0.link($0.host))" }
    let since: HTML? = LocalTime(entry?["since"]?.text).map {
      "<br><small>seit \($0.day.short)</small>"
    }
    let contact: HTML? = entry?["contact"]?.text.map { "<br><small>\($0)</small>" }
    return """
      <li><span><a href="/staedte/\(site.description)">\(region.label(site))</a>\(role)\(since)\
      \(link)\(contact)</span>\(parts.statusBadge(entry?["status"]?.text ?? own))</li>

      """
  }

  private var participation: HTML? {
    guard let value = state.value("participation") else { return nil }
    let link: HTML? = WebAddress(value["url"]?.text).map { "<br>\($0.link("Zur Beteiligung"))" }
    let span: HTML? = LocalTime(value["from"]?.text).map { from in
      "<br>\(from.span(to: LocalTime(value["until"]?.text)))"
    }
    return "<h2>Mitmachen</h2><p>\(value["kind"]?.text ?? "")\(span)\(link)</p>"
  }

  private var partners: HTML? {
    guard let all = state.value("partners")?.elements, !all.isEmpty else { return nil }
    let rows: [HTML] = all.map { partner in
      let name = partner["name"]?.text ?? ""
      return WebAddress(partner["url"]?.text).map { "<li>\($0.link(name))</li>" }
        ?? "<li>\(name)</li>"
    }
    return "<h2>Partner</h2><ul>\(rows)</ul>"
  }

  var news: HTML {
    let contact: HTML? = state.value("pressContact").map { person("Pressekontakt", $0) }
    let released: HTML? = LocalTime(state.text("released")).map {
      "<h2>Meldung vom</h2><p>\($0.span(to: nil))</p>"
    }
    return "\(released)\(contact)"
  }

  private var when: String? {
    guard let value = state.when, let start = LocalTime(value["start"]?.text) else { return nil }
    return start.span(to: LocalTime(value["end"]?.text))
  }

  var date: HTML {
    let isOff = scheduleState == "cancelled" || scheduleState == "postponed"
    let time: HTML? = when.map { isOff ? "<s>\($0)</s>" : "\($0)" }
    let online: HTML? = WebAddress(state.text("onlineLink")).map {
      "<h2>Online</h2><p>\($0.link("Zugang zur Veranstaltung"))</p>"
    }
    let organiser: HTML? = state.text("organiser").map { "<h2>Veranstalter</h2><p>\($0)</p>" }
    return """
      <h2>Wann</h2><p>\(time ?? "Zeit steht noch nicht fest")</p>\
      \(venue)\(online)\(price)\(registration)\(organiser)
      """
  }

  private var venue: HTML? {
    guard let venue = state.venue else { return nil }
    let town = [venue["postcode"]?.text, venue["town"]?.text].compactMap(\.self)
      .joined(separator: " ")
    let lines = [venue["name"]?.text, venue["street"]?.text, town].compactMap(\.self)
      .filter { !$0.isEmpty }.map { "\($0)" as HTML }
    return lines.isEmpty ? nil : "<h2>Wo</h2><p>\(lines.joined(separator: "<br>"))</p>"
  }

  private var price: HTML? {
    guard let price = state.value("price") else { return nil }
    let text = price["free"]?.truth == true ? "Eintritt frei" : price["text"]?.text ?? ""
    return "<h2>Eintritt</h2><p>\(text)</p>"
  }

  private var registration: HTML? {
    guard let value = state.value("registration") else { return nil }
    let link = WebAddress(value["url"]?.text)?.link("Zur Anmeldung")
    let until: HTML? = LocalTime(value["deadline"]?.text).map { "<br>bis \($0.day.long)" }
    return "<h2>Anmeldung</h2><p>\(link)\(until)</p>"
  }

  /// Links, contact, licence: all kinds have them.
  var shared: HTML {
    let links: [HTML] = self.links.compactMap { value in
      guard value["kind"]?.text != "council", let address = WebAddress(value["url"]?.text) else {
        return nil
      }
      let label = value["label"]?.text ?? Texts.linkKind(value["kind"]?.text)
      return """
        <li>\(address.link(label)) <small>\(Texts.linkKind(value["kind"]?.text))</small></li>

        """
    }
    let others: HTML? = links.isEmpty ? nil : "<h2>Links</h2>\n<ul>\n\(links)</ul>"
    let contact = state.value("contact").map { person("Kontakt", $0) }
    let words: [HTML] = state.keywords.map { word in
      "<a class=\"tag\" href=\"\(list)\(Address.query([("schlagwort", word)]))\">\(word)</a>\n"
    }
    let keywords: HTML? =
      words.isEmpty ? nil : "<h2>Schlagwörter</h2><p class=\"tags\">\(words)</p>"
    let licence: HTML? = state.text("licence").flatMap(Texts.licence).flatMap { licence in
      WebAddress(licence.address).map { "<h2>Lizenz</h2><p>\($0.link(licence.name))</p>" }
    }
    return "\(topic)\(others)\(contact)\(keywords)\(licence)"
  }

  private var links: [FieldValue] {
    state.registers.map(\.field).filter { $0.hasPrefix("link/") }.compactMap { state.value($0) }
  }

  /// Decisions of councils, cited with where they are kept.
  private var decisions: HTML? {
    let entries: [HTML] = links.compactMap { value in
      guard value["kind"]?.text == "council", let address = WebAddress(value["url"]?.text) else {
        return nil
      }
      let label = value["label"]?.text ?? Texts.linkKind("council")
      return """
        <li><cite>\(address.link(label))</cite><br><small>\(Texts.linkKind("council")), \
        \(address.host)</small></li>

        """
    }
    return entries.isEmpty ? nil : "<h2>Beschlüsse</h2>\n<ul class=\"cites\">\n\(entries)</ul>"
  }

  private func person(_ title: String, _ value: FieldValue) -> HTML {
    var lines = [value["function"]?.text, value["person"]?.text].compactMap(\.self)
      .map { "\($0)" as HTML }
    if let mail = value["email"]?.text, ItemDetail.isMailAddress(mail) {
      lines.append("<a href=\"mailto:\(Address.encodeMail(mail))\">\(mail)</a>")
    }
    if let phone = value["phone"]?.text {
      let digits = phone.filter { $0.isASCII && ($0.isNumber || $0 == "+") }
      lines.append(digits.isEmpty ? "\(phone)" : "<a href=\"tel:\(digits)\">\(phone)</a>")
    }
    return "<h2>\(title)</h2><p>\(lines.joined(separator: "<br>"))</p>"
  }

  /// Enough of an address that a mail program is started with it and with nothing else.
  static func isMailAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
          || (0x61...0x7a).contains(byte) || ".@_+-".utf8.contains(byte)
      }
  }

  // MARK: - Below the text

  var after: HTML {
    let programme: HTML? = state.value("programme")?.elements.flatMap { entries in
      guard state.kind == .date, !entries.isEmpty else { return nil }
      let rows: [HTML] = entries.map { entry in
        let to: HTML? = entry["to"]?.text.map { "–\($0)" }
        return """
          <tr><td>\(entry["from"]?.text ?? "")\(to)</td><td>\(entry["title"]?.text ?? "")</td></tr>

          """
      }
      return "<h2>Programm</h2>\n<table><tbody>\n\(rows)</tbody></table>"
    }
    let boiler: HTML? =
      state.kind == .news
      ? state.text("boilerplate").map { "<div class=\"note\">\(Markdown.render($0))</div>" } : nil
    return "\(programme)\(decisions)\(boiler)"
  }
}

extension Address {
  /// A mail address inside `mailto:` (RFC 6068 §2): the parts that mean something there as escapes.
  static func encodeMail(_ mail: String) -> String {
    encode(mail).replacing("%40", with: "@").replacing("%2B", with: "+")
  }
}
