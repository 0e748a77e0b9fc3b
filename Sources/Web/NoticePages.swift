// Imprint, privacy, accessibility and Leichte Sprache: the operator's words, and what stands there
// until the operator has written them.

/// A page whose text comes from the region file.
enum NoticePage: CaseIterable, Sendable {
  case imprint, privacy, accessibility, plainLanguage

  var path: String {
    switch self {
    case .imprint: "/impressum"
    case .privacy: "/datenschutz"
    case .accessibility: "/barrierefreiheit"
    case .plainLanguage: "/leichte-sprache"
    }
  }

  var title: String {
    switch self {
    case .imprint: "Impressum"
    case .privacy: "Datenschutz"
    case .accessibility: "Barrierefreiheit"
    case .plainLanguage: "Leichte Sprache"
    }
  }

  /// The operator's text; nil where there is none yet.
  func text(_ notices: Region.Notices) -> String? {
    switch self {
    case .imprint: notices.imprint
    case .privacy: notices.privacy
    case .accessibility: notices.accessibility
    case .plainLanguage: notices.plainLanguage
    }
  }

  /// What holds for every operator of this program.
  var standard: String {
    switch self {
    case .imprint:
      """
      ## Herausgeber
      Name, Anschrift, Vertretungsberechtigte, Telefon und E-Mail des Betreibers (§ 5 DDG) sowie \
      die redaktionell Verantwortlichen (§ 18 Absatz 2 MStV) gehören hierher.

      ## Inhalte
      Für den Inhalt eines Eintrags ist die Stelle verantwortlich, die bei ihm als Herausgeber \
      genannt ist.
      """
    case .privacy:
      """
      ## Was gespeichert wird
      Diese Seiten setzen keine Cookies, laden nichts von fremden Servern und zählen keine \
      Besuche. Wer ein Hindernis meldet, dessen Text und, wenn angegeben, E-Mail-Adresse werden \
      gespeichert, um den Hinweis zu bearbeiten, und nach 180 Tagen gelöscht.

      ## Was der Betreiber ergänzen muss
      Wer verantwortlich ist, wie der Datenschutzbeauftragte zu erreichen ist, was der Webserver \
      wie lange protokolliert und welche Rechte Betroffene haben (Art. 13 DSGVO).
      """
    case .accessibility:
      """
      ## Stand
      Diese Seiten sollen ohne Hindernisse nutzbar sein: mit Tastatur, Vorlesesoftware, großer \
      Schrift, hohem Kontrast und ohne JavaScript. Maßstab ist die EN 301 549.

      ## Was der Betreiber ergänzen muss
      Ergebnis und Datum der jüngsten Prüfung, bekannte Mängel mit Begründung, und den Verweis auf \
      die Ombudsstelle für barrierefreie Informationstechnik des Landes Nordrhein-Westfalen \
      (§ 10d BGG NRW), an die sich wenden kann, wer keine Antwort bekommt.
      """
    case .plainLanguage:
      """
      ## Was ist das für eine Seite?
      Der Kreis und die Städte machen diese Seite zusammen.

      Hier steht: Was machen wir mit Computern und Internet für die Menschen hier?

      ## Was finden Sie hier?
      - **Projekte**: Das sind Pläne und Arbeiten von den Städten. Zum Beispiel eine App für den \
      Müll.
      - **Aktuelles**: Das sind neue Nachrichten.
      - **Termine**: Hier steht, wann etwas stattfindet. Und wo.

      ## Wie finden Sie etwas?
      Oben auf der Seite ist ein Feld. Schreiben Sie ein Wort in das Feld. Drücken Sie dann auf \
      die Lupe. Dann sehen Sie alle Einträge zu dem Wort.

      ## Wer hilft Ihnen?
      Bei jedem Eintrag steht ein Kontakt. Dort können Sie fragen.
      """
    }
  }
}

extension PublicPages {
  /// Imprint, privacy, accessibility, Leichte Sprache.
  func notice(_ notice: NoticePage) -> Page {
    let own = notice.text(region.notices)
    let gap: HTML? =
      own == nil
      ? """
      <div class="note warn"><p><b>Platzhalter.</b> Der Betreiber dieser Seiten hat hier noch \
      keinen eigenen Text hinterlegt.</p></div>
      """ : nil
    return Page(
      title: notice.title,
      content: """
        <div class="text"><h1>\(notice.title)</h1>
        \(gap)\(Markdown.render(own ?? notice.standard))
        \(notice == .accessibility ? remarks(RemarkForm()) : nil)</div>
        """)
  }
}
