// What a house has decided for its desk: whether a release needs a second person.

import Desk
import HTTP

extension DeskSite {
  func registerSettings(in router: Router) {
    show(router, "/desk/settings", for: .administrator) { request, frame in
      let isSaved = request.query("ok") != nil
      return try settingsPage(frame, isSaved: isSaved)
    }
    post(router, "/desk/settings", for: .administrator) { _, visit, form in
      let isOn = form["fourEyes"] == "1"
      if try store.wantsFourEyes() != isOn {
        try store.setFourEyes(isOn)
        try store.record(
          isOn ? .fourEyesOn : .fourEyesOff, by: visit.user.pseudonym, now: now())
      }
      return .now(.redirect(to: "/desk/settings?ok=1"))
    }
  }

  private func settingsPage(_ frame: DeskFrame, isSaved: Bool) throws -> Response {
    let message: HTML? =
      isSaved ? "<div class=\"note good\" role=\"status\"><p>Gespeichert.</p></div>" : nil
    let mark: HTML = try store.wantsFourEyes() ? " checked" : ""
    return frame.response(
      "Einstellungen",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a> › Einstellungen</p>
      <h1>Einstellungen</h1>
      \(message)
      <form class="form" method="post" action="/desk/settings">\(frame.token)
      <fieldset><legend>Freigabe</legend>
      <div class="checks"><label><input type="checkbox" name="fourEyes" value="1"\(mark)> \
      Vier Augen: Wer mitgeschrieben hat, gibt nicht selbst frei</label></div>
      <p class="meta">Dann braucht jede Freigabe eine zweite Person mit der Rolle Freigabe. Sie \
      sieht genau den Text, um den es geht; jede spätere Änderung macht die Freigabe hinfällig.</p>
      </fieldset>
      <div class="acts"><button type="submit">Speichern</button></div></form>
      """)
  }
}
