// The desk's page of the regular imports: what each source did last, and what to do if it failed.

import Desk
import Events
import HTTP
import Views

extension DeskSite {
  /// Says on the first page of the desk that an import needs somebody; nil if all are well.
  func importBox() -> HTML? {
    let failed = (imports?.records() ?? []).filter { !$0.isFine }
    guard !failed.isEmpty else { return nil }
    let count = Texts.count(failed.count, one: "Quelle", many: "Quellen")
    return """
      <div class="note warn"><p><b>\(count) mit Störung beim Import.</b> \
      <a href="/desk/importe">Ansehen</a></p></div>
      """
  }

  /// `/desk/importe`: every regular source.
  func importPage(_ request: Request, _ frame: DeskFrame) -> Response? {
    let records = imports?.records() ?? []
    let none: HTML? =
      records.isEmpty
      ? "<p>Es ist keine Quelle eingerichtet. Das geschieht in der Datei node.json.</p>" : nil
    return frame.response(
      "Importe",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a></p>
      <h1>Importe</h1>
      <p class="lead">Aus diesen Quellen werden Einträge regelmäßig übernommen. Was Sie hier an \
      einem Eintrag ändern, bleibt; die Quelle ergänzt nur, was fehlt.</p>
      \(none)\(records.map(section))
      """)
  }

  private func section(_ record: ImportRecord) -> HTML {
    let badge: HTML = record.isFine ? "badge running" : "badge stopped"
    let since: HTML? =
      record.isFine
      ? nil
      : record.succeededAt.map { " Zuletzt gelungen: \(BerlinTime.stamp($0))." }
        ?? " Noch nie gelungen."
    let detail: HTML? =
      record.detail.isEmpty
      ? nil : "<details><summary>Meldung</summary><p lang=\"en\">\(record.detail)</p></details>"
    return """
      <section><h2>\(record.source)</h2>
      <p><span class="\(badge)">\(record.title)</span> \(record.advice)</p>
      <p class="meta">Letzter Lauf: \(BerlinTime.stamp(record.ranAt)).\(since)</p>\(detail)</section>

      """
  }
}

extension ImportRecord {
  /// True if nobody has to do anything.
  var isFine: Bool { outcome == .done || outcome == .unchanged }

  fileprivate var title: String {
    switch outcome {
    case .done: "Übernommen"
    case .unchanged: "Nichts Neues"
    case .stopped: "Angehalten"
    case .unreachable: "Nicht erreichbar"
    case .unreadable: "Nicht lesbar"
    case .incomplete: "Unvollständig"
    }
  }

  fileprivate var advice: String {
    switch outcome {
    case .done: "Alles ist so wie an der Quelle."
    case .unchanged: "Die Quelle hat sich seit dem letzten Lauf nicht geändert."
    case .stopped:
      """
      Die Quelle hat plötzlich viel weniger Einträge. Darum wurde nichts zurückgezogen und nichts \
      geändert. Bitte die Quelle prüfen; ist es so gewollt, den Import von Hand mit --force starten.
      """
    case .unreachable:
      "Die Quelle hat nicht geantwortet. Der Knoten versucht es von selbst wieder."
    case .unreadable:
      "Die Antwort der Quelle hat eine falsche Form. Bitte die Betreuung der Website verständigen."
    case .incomplete:
      "Ein Teil konnte nicht gespeichert werden. Der Knoten versucht es von selbst wieder."
    }
  }
}
