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
  ///
  /// - Parameter script: what the page runs besides the live line of status.
  func response(
    _ title: String, _ content: HTML, status: Int = 200, script: Asset? = nil
  ) -> Response {
    DeskFrame.response(
      region,
      Page(
        title: title, content: content, isUnlisted: true, banner: banner,
        scripts: [Assets.statusScript] + (script.map { [$0] } ?? [])),
      status: status)
  }

  static func response(_ region: Region, _ page: Page, status: Int) -> Response {
    .html(Layout(region: region).document(page, isDesk: true).bytes, status: status)
      .with("Cache-Control", "no-store")
      .with("Content-Security-Policy", SecurityHeaders.deskPolicy)
  }

  /// A table that scrolls by itself on a narrow screen, which the keyboard can do, too.
  static func table(_ label: String, _ heads: [String], _ rows: [HTML]) -> HTML {
    """
    <div class="scroll" tabindex="0" role="region" aria-label="\(label)"><table><thead><tr>\
    \(heads.map { "<th>\($0)</th>" as HTML })</tr></thead><tbody>
    \(rows)</tbody></table></div>
    """
  }

  /// The hidden input that each form carries.
  var token: HTML { "<input type=\"hidden\" name=\"token\" value=\"\(visit.formToken)\">" }

  private var banner: HTML {
    let line = StatusLine(port.status())
    let people: HTML? =
      visit.user.role >= .administrator
      ? """
      <span><a href="/desk/people">Personen</a></span>
      <span><a href="/desk/settings">Einstellungen</a></span>

      """ : nil
    return """
      <div class="state" role="region" aria-label="Stand"><div class="wrap">
      <span><a href="/desk"><b>\(Texts.desk) \(region.label(site))</b></a></span>
      <span id="status-link" class="\(line.isOff ? "lamp off" : "lamp")">\(line.link)</span>\
      <span id="status-waiting">\(line.waiting)</span><span id="status-agreed">\(line.agreed)</span>
      <span id="status-note">\(line.note)</span>
      \(people)<form method="post" action="/desk/signout">\(token)\
      <a href="/desk/account">\(visit.user.name)</a> · \
      <button type="submit">Abmelden</button></form>
      </div></div>
      """
  }
}
