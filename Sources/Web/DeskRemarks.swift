// The desk's list of what readers reported by the form of the accessibility statement.

import Desk
import Events
import HTTP

extension DeskSite {
  /// `/desk/feedback`: what came in, and that somebody has taken care of it.
  func registerRemarks(in router: Router) {
    router.get("/desk/feedback") { request in
      guard let visit = gate.visit(request) else {
        return
          .now(.redirect(to: ReturnPath.signIn(then: "/desk/feedback")))
      }
      let frame = frame(visit)
      let (moment, door) = (now(), access.door)
      return .later { reply in
        door.run { keeper in
          let remarks = try? keeper?.store.remarks(now: moment)
          reply.send(remarks.map { frame.remarks($0) } ?? frame.remarksFailed)
        }
      }
    }
    post(router, "/desk/feedback/:number/done") { request, visit, _ in
      setRemark(request, frame(visit), isDone: true)
    }
    post(router, "/desk/feedback/:number/open") { request, visit, _ in
      setRemark(request, frame(visit), isDone: false)
    }
  }

  private func setRemark(
    _ request: Request, _ frame: DeskFrame, isDone: Bool
  ) -> Answer? {
    guard let number = request.parameter("number").flatMap({ Int64($0) }) else { return nil }
    let door = access.door
    return .later { reply in
      door.run { keeper in
        let isSet = (try? keeper?.store.setRemark(number, isDone: isDone)) != nil
        reply.send(isSet ? .redirect(to: "/desk/feedback") : frame.remarksFailed)
      }
    }
  }
}

extension DeskFrame {
  fileprivate var remarksFailed: Response {
    response(
      "Störung", "<h1>Die Rückmeldungen lassen sich gerade nicht lesen</h1>", status: 503)
  }

  fileprivate func remarks(_ remarks: [KeptRemark]) -> Response {
    let open = remarks.count { !$0.isDone }
    let none: HTML? =
      remarks.isEmpty ? "<p class=\"lead\">Bisher ist nichts eingegangen.</p>" : nil
    return response(
      "Rückmeldungen",
      """
      <p class="crumbs"><a href="/desk">\(Texts.desk)</a></p>
      <h1>Rückmeldungen</h1>
      <p class="meta">Aus dem Formular der Seite \
      <a href="\(RemarkForm.path)">\(NoticePage.accessibility.title)</a>. \
      Offen: \(open). Nach \(DeskStore.remarkDays) Tagen wird jede gelöscht.</p>
      \(none)\(remarks.map(remark))
      """)
  }

  private func remark(_ kept: KeptRemark) -> HTML {
    let remark = kept.remark
    let place: HTML? = remark.place.isEmpty ? nil : "<p>Seite: \(remark.place)</p>\n"
    let mail: HTML? = remark.mail.map {
      "<p>Antwort an: <a href=\"mailto:\(Address.encodeMail($0))\">\($0)</a></p>\n"
    }
    let badge: HTML =
      kept.isDone
      ? "<span class=\"badge\">Erledigt</span>" : "<span class=\"badge open\">Offen</span>"
    let action: HTML = kept.isDone ? "open" : "done"
    let label: HTML = kept.isDone ? "Wieder öffnen" : "Erledigt"
    return """
      <section class="side" aria-label="Rückmeldung \(Int(kept.number))">
      <p class="meta">\(BerlinTime.stamp(kept.at)) \(badge)</p>
      <pre>\(remark.text)</pre>
      \(place)\(mail)<form class="form" method="post" \
      action="/desk/feedback/\(Int(kept.number))/\(action)">\(token)\
      <button class="quiet">\(label)</button></form></section>

      """
  }
}
