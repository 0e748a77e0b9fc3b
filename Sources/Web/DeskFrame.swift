// What every page of the desk shows besides its content: who is signed in, and how the node stands.

import Desk
import Events
import HTTP

/// The frame of one signed-in answer. A value, so that a page can also be made on another thread.
struct DeskFrame: Sendable {
  let region: Region
  let site: SiteID
  let visit: DeskVisit
  let port: DeskPort

  /// A page of the desk as a response that no cache keeps.
  func response(_ title: String, _ content: HTML, status: Int = 200) -> Response {
    DeskFrame.response(
      region, Page(title: title, content: content, isUnlisted: true, banner: banner),
      status: status)
  }

  static func response(_ region: Region, _ page: Page, status: Int) -> Response {
    .html(Layout(region: region).document(page, isDesk: true).bytes, status: status)
      .with("Cache-Control", "no-store")
  }

  /// The hidden input that each form carries.
  var token: HTML { "<input type=\"hidden\" name=\"token\" value=\"\(visit.formToken)\">" }

  private var banner: HTML {
    let status = port.status()
    let link: HTML =
      switch status.isOnline {
      case nil: "<span class=\"lamp\">Zentraler Knoten</span>"
      case true?: "<span class=\"lamp\">Verbunden</span>"
      case false?:
        "<span class=\"lamp off\">Ohne Verbindung – Sie können weiterarbeiten</span>"
      }
    let waiting: HTML? =
      status.isOnline == nil
      ? nil
      : status.waiting == 0
        ? "<span>Alles übertragen</span>"
        : """
        <span>\(Texts.count(status.waiting, one: "Änderung wartet", many: "Änderungen warten")) \
        auf Übertragung</span>
        """
    let agreed: HTML? = status.agreedAt.map { "<span>Abgeglichen: \(BerlinTime.stamp($0))</span>" }
    return """
      <div class="state" role="region" aria-label="Stand"><div class="wrap">
      <span><a href="/desk"><b>\(Texts.desk) \(region.label(site))</b></a></span>
      \(link)\(waiting)\(agreed)
      <form method="post" action="/desk/signout">\(token)<span>\(visit.user.name)</span> · \
      <button type="submit">Abmelden</button></form>
      </div></div>
      """
  }
}
