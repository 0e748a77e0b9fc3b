// The form of the accessibility statement by which a reader reports an obstacle (BITVNRW § 4):
// without JavaScript, without a cookie, kept at the node that shows the page. Protocols/http-api.md
// §7.

import Desk
import Events
import HTTP

/// The form and what becomes of it.
struct RemarkForm: Sendable {
  static let path = NoticePage.accessibility.path
  static let thanksPath = path + "/danke"

  /// The text at its longest, each character as an escape of four bytes, and the other fields.
  static let bodyBytes = 64 * 1024
  /// An input that people do not see; programs that fill in everything give themselves away.
  private static let trap = "webseite"

  /// What was typed.
  struct Typed: Sendable {
    var text = ""
    var place = ""
    var mail = ""

    init() {}

    init(_ form: PostedForm) {
      text = form.text("was") ?? ""
      place = form.text("wo") ?? ""
      mail = form.text("mail") ?? ""
    }
  }

  /// A wrong field and what is wrong with it.
  struct Fault: Sendable {
    let field: String
    let message: String
  }

  /// What the body of a request asks for.
  enum Sent: Sendable {
    case good(Remark)
    case wrong(Typed, [Fault])
    /// A program that fills in everything.
    case trapped
  }

  /// Nil for a body that is no form.
  static func read(_ request: Request) -> Sent? {
    guard let form = PostedForm(request) else { return nil }
    if form.text(trap) != nil { return .trapped }
    let typed = Typed(form)
    var faults: [Fault] = []
    if typed.text.isEmpty {
      faults.append(Fault(field: "was", message: "Bitte beschreiben Sie das Hindernis."))
    } else if typed.text.utf16.count > Remark.maximumText {
      let most = Texts.count(Remark.maximumText, one: "Zeichen", many: "Zeichen")
      faults.append(Fault(field: "was", message: "Bitte kürzen Sie den Text auf \(most)."))
    }
    if typed.place.utf16.count > Remark.maximumPlace {
      let most = Texts.count(Remark.maximumPlace, one: "Zeichen", many: "Zeichen")
      faults.append(Fault(field: "wo", message: "Bitte kürzen Sie die Angabe auf \(most)."))
    }
    if !typed.mail.isEmpty, !ItemDetail.isMailAddress(typed.mail) {
      faults.append(
        Fault(field: "mail", message: "Das ist keine E-Mail-Adresse wie name@beispiel.de."))
    }
    guard faults.isEmpty,
      let remark = Remark(
        text: typed.text, place: typed.place, mail: typed.mail.isEmpty ? nil : typed.mail)
    else { return .wrong(typed, faults) }
    return .good(remark)
  }

  let typed: Typed
  let faults: [Fault]

  init(_ typed: Typed = Typed(), faults: [Fault] = []) {
    self.typed = typed
    self.faults = faults
  }

  var html: HTML {
    """
    <form class="form" method="post" action="\(RemarkForm.path)#rueckmeldung">
    \(row("was", "Was hat nicht geklappt?", "Zum Beispiel: ein Text ist nicht lesbar.") { field in
      """
      <textarea \(field) required maxlength="\(Remark.maximumText)">
      \(typed.text)</textarea>
      """
    })
    \(row("wo", "Auf welcher Seite? (freiwillig)", "Adresse oder Überschrift der Seite") { field in
      """
      <input \(field) value="\(typed.place)" maxlength="\(Remark.maximumPlace)">
      """
    })
    \(row("mail", "Ihre E-Mail-Adresse (freiwillig)", "Nur wenn Sie eine Antwort möchten") { field in
      """
      <input \(field) type="email" value="\(typed.mail)" maxlength="254" autocomplete="email">
      """
    })
    <div class="hidden" aria-hidden="true"><label for="\(RemarkForm.trap)">Bitte leer lassen</label>
    <input id="\(RemarkForm.trap)" name="\(RemarkForm.trap)" tabindex="-1" autocomplete="off"></div>
    <p class="hint">Gespeichert wird nur, was Sie hier eintragen. Nach \(DeskStore.remarkDays) Tagen \
    wird es gelöscht.</p>
    <p><button type="submit">Absenden</button></p></form>
    """
  }

  private func row(
    _ name: String, _ label: String, _ hint: String, _ input: (HTML) -> HTML
  ) -> HTML {
    let fault = faults.first { $0.field == name }?.message
    let error: HTML? = fault.map { "<p class=\"error\" id=\"\(name)-fehler\">\($0)</p>\n" }
    let attributes: HTML =
      fault == nil
      ? "id=\"\(name)\" name=\"\(name)\""
      : """
      id="\(name)" name="\(name)" aria-invalid="true" aria-describedby="\(name)-fehler"
      """
    return """
      <div class="row"><label for="\(name)">\(label) <span class="hint">\(hint)</span></label>
      \(error)\(input(attributes))</div>
      """
  }
}

extension PublicPages {
  /// How to tell the operator of an obstacle: by the form, or by mail.
  func remarks(_ form: RemarkForm, notice: HTML? = nil) -> HTML {
    let mail = region.notices.feedback ?? ""
    let byMail: HTML? =
      ItemDetail.isMailAddress(mail)
      ? """
      Oder schreiben Sie eine E-Mail: \
      <a href="mailto:\(Address.encodeMail(mail))?subject=Barrierefreiheit">\(mail)</a>.
      """ : nil
    return """
      <h2 id="rueckmeldung">Hindernis melden</h2>
      \(notice)<p>Sie sind auf ein Hindernis gestoßen? Sagen Sie es uns. \(byMail)</p>
      \(form.html)
      """
  }

  /// After the form.
  var thanks: Page {
    Page(
      title: "Danke",
      content: """
        <h1>Danke für Ihren Hinweis</h1>
        <p class="lead">Er ist angekommen. Wenn Sie eine E-Mail-Adresse angegeben haben, bekommen \
        Sie eine Antwort.</p>
        <p><a href="/">\(Texts.start)</a></p>
        """,
      isUnlisted: true)
  }
}

extension PublicSite {
  func registerRemarks(in router: Router, _ door: DeskDoor) {
    show(router, RemarkForm.thanksPath) { _ in pages.thanks }
    router.post(RemarkForm.path, bodyLimit: RemarkForm.bodyBytes) { request in
      // A browser that says that another site sent the form is believed; others may say nothing.
      let site = request.headers["Sec-Fetch-Site"] ?? "same-origin"
      guard site == "same-origin", let sent = RemarkForm.read(request) else {
        return .now(repeated(RemarkForm(), "Das Formular kam nicht von dieser Seite.", 403))
      }
      switch sent {
      case .trapped: return .now(.redirect(to: RemarkForm.thanksPath))
      case .wrong(let typed, let faults):
        return .now(
          repeated(
            RemarkForm(typed, faults: faults), "Bitte sehen Sie das Formular noch einmal durch.",
            422))
      case .good(let remark): return keep(remark, door, now: pages.now())
      }
    }
  }

  private func keep(_ remark: Remark, _ door: DeskDoor, now: Timestamp) -> Answer {
    var typed = RemarkForm.Typed()
    (typed.text, typed.place, typed.mail) = (remark.text, remark.place, remark.mail ?? "")
    let form = RemarkForm(typed)
    let tooMany = repeated(
      form, "Gerade kommen zu viele Hinweise an. Bitte versuchen Sie es in einer Stunde.", 429
    ).with("Retry-After", "3600")
    let failed = repeated(
      form, "Das Speichern hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal.", 503
    ).with("Retry-After", "10")
    return .later { reply in
      door.run { keeper in
        guard let isKept = try? keeper?.store.keep(remark, now: now) else {
          return reply.send(failed)
        }
        reply.send(isKept ? .redirect(to: RemarkForm.thanksPath) : tooMany)
      }
    }
  }

  /// The page once more, with what was typed and what is to be said.
  private func repeated(_ form: RemarkForm, _ message: String, _ status: Int) -> Response {
    let notice: HTML = "<div class=\"note stop\" role=\"alert\"><p>\(message)</p></div>\n"
    let page = Page(
      title: NoticePage.accessibility.title,
      content: """
        <div class="text"><h1>\(NoticePage.accessibility.title)</h1>
        \(pages.remarks(form, notice: notice))</div>
        """,
      isUnlisted: true)
    return answer(page, status: status).with("Cache-Control", "no-store")
  }
}
