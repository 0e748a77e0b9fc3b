// Pictures and documents at the desk: upload, choice of those that are there, and the way into a
// draft. Works without scripts; a script may send the same form and read the answer as JSON.

import Catalogue
import Desk
import Dispatch
import Events
import HTTP
import Media
import Views

/// Looks files through and keeps them, one at a time: each may take 20 MB of memory three times.
private enum MediaIntake {
  static let queue = DispatchQueue(label: "vesthub.media-intake", qos: .userInitiated)
}

extension DeskSite {
  /// A form with the largest file and some texts.
  static let uploadBytes = MediaLimits.fileBytes + 65_536
  /// Files that are offered for another use.
  private static let recentFiles = 24

  func registerMedia(in router: Router) {
    post(router, "/desk/media", bodyLimit: DeskSite.uploadBytes) { upload($0, $1, $2) }
    router.get("/desk/media/:hash") { request in .now(deskFile(request)) }
    show(router, "/desk/drafts/:id/media") { request, frame in try mediaPage(request, frame) }
    post(router, "/desk/drafts/:id/media") { try addMedia($0, $1, $2) }
  }

  /// Any file that is held, for editors: also one that no item shows yet.
  private func deskFile(_ request: Request) -> Response {
    guard gate.visit(request) != nil else {
      return .redirect(to: ReturnPath.signIn(then: request.target))
    }
    guard let hash = request.parameter("hash").flatMap({ Digest(hex: $0) }),
      let response = try? MediaSite.response(hash, from: media)
    else { return .text("Diese Datei ist hier nicht.\n", status: 404) }
    return response.with("Cache-Control", "no-store").ranged(to: request)
  }

  // MARK: - Upload

  /// `POST /desk/media`: keeps the file of the input `file` and leads on to `back`, which gets the
  /// hash as `sha`. A client that accepts JSON gets the facts instead.
  private func upload(_ request: Request, _ visit: DeskVisit, _ form: PostedForm) -> Answer {
    let frame = frame(visit)
    let isForScript = request.headers["Accept"]?.contains("application/json") ?? false
    let back = form["back"].flatMap(DeskSite.ownPath)
    guard let file = form.files["file"] else {
      return .now(
        DeskSite.refused("Bitte wählen Sie zuerst eine Datei aus.", frame, back, isForScript))
    }
    let store = media
    return .later { reply in
      MediaIntake.queue.async {
        var response: Response
        do throws(MediaError) {
          let media = try CleanMedia(Array(file.content))
          try store.keep(media)
          response = DeskSite.taken(media.facts, back, isForScript)
        } catch {
          response = DeskSite.refused(DeskSite.words(for: error), frame, back, isForScript)
        }
        SecurityHeaders.add(to: &response)
        reply.send(response)
      }
    }
  }

  /// A path of the desk without a host, so that nobody is led elsewhere.
  private static func ownPath(_ text: String) -> String? {
    let isOurs =
      text.hasPrefix("/desk/")
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2f
          || byte == 0x2d
      }
    return isOurs ? text : nil
  }

  private static func taken(
    _ facts: MediaFacts, _ back: String?, _ isForScript: Bool
  ) -> Response {
    if !isForScript, let back { return .redirect(to: "\(back)?sha=\(facts.hash.hex)") }
    var members: [(String, FieldValue)] = [
      ("bytes", .integer(Int64(facts.bytes))), ("sha256", .string(facts.hash.hex)),
      ("type", .string(facts.type.rawValue)),
    ]
    if let size = facts.size {
      members.append(("width", .integer(Int64(size.width))))
      members.append(("height", .integer(Int64(size.height))))
    }
    return Response.json(.object(sorting: members), status: 201)
      .with("Cache-Control", "no-store")
  }

  private static func refused(
    _ message: String, _ frame: DeskFrame, _ back: String?, _ isForScript: Bool
  ) -> Response {
    if isForScript {
      return Response.json(["message": .string(message)], status: 422)
        .with("Cache-Control", "no-store")
    }
    let link: HTML? = back.map {
      "<p><a class=\"button\" href=\"\($0)\">Andere Datei wählen</a></p>"
    }
    return frame.response(
      "Datei nicht übernommen",
      """
      <h1>Diese Datei wurde nicht übernommen</h1>
      <div class="note stop" role="alert"><p>\(message)</p></div>
      \(link)
      """, status: 422)
  }

  /// Why a file was not taken, and what to do.
  static func words(for error: MediaError) -> String {
    switch error {
    case .unknownType:
      """
      Das ist weder ein Bild (JPEG, PNG, WebP, AVIF) noch ein PDF. Bilder vom iPhone (HEIC) und \
      andere Formate bitte zuerst als JPEG speichern, Texte als PDF.
      """
    case .tooLarge(let bytes, let limit):
      """
      Die Datei hat \(Texts.size(bytes)), höchstens \(Texts.size(limit)) gehen. Bitte speichern \
      Sie sie kleiner.
      """
    case .tooManyPixels(let width, let height):
      """
      Das Bild hat \(width) × \(height) Pixel. Das können viele Geräte nicht zeigen: bitte \
      verkleinern, eine Breite von 1.600 Pixeln genügt.
      """
    case .noPixels, .malformed, .truncated:
      "Die Datei ist beschädigt oder unvollständig. Bitte speichern Sie sie neu."
    case .moving: "Bewegte Bilder gehen nicht: Wer sie sieht, kann sie nicht anhalten."
    case .full: "Auf diesem Knoten ist kein Platz mehr. Bitte sagen Sie der Verwaltung Bescheid."
    case .storage, .otherContent, .notClean, .otherOffset:
      "Das Speichern hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal."
    }
  }

  // MARK: - Into a draft

  /// `GET /desk/drafts/:id/media`: the upload; with `sha` what is to be said of that file.
  private func mediaPage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard let (draft, _) = try draft(request) else { return nil }
    guard let hex = request.query("sha") else { return try uploadPage(draft, frame) }
    guard let hash = Digest(hex: hex), let facts = media.facts(hash) else { return nil }
    let field = DeskField.newMedia(at: now())
    var inputs = DeskField.inputs(of: facts)
    // What another item says of the file is offered again.
    if let item = request.query("from").flatMap({ ItemID($0) }), let name = request.query("field"),
      let value = try reads.state(item)?.value(name), value["sha256"]?.text == hex
    {
      inputs = field.fill(value)
    }
    return describePage(MediaInputs(field: field, inputs: inputs, isOnItem: false), draft, frame)
  }

  private func uploadPage(_ draft: Draft, _ frame: DeskFrame) throws -> Response {
    let target = DeskSite.address(draft.id)
    guard DeskForm.mediaFields(of: draft.inputs).count < DeskForm.maximumMedia else {
      return frame.response(
        "Bild oder Datei hinzufügen",
        """
        <h1>Mehr Dateien gehen nicht</h1>
        <p class="lead">Ein Eintrag hat höchstens \(DeskForm.maximumMedia).</p>
        <p><a class="button" href="\(target)">Zurück zum Entwurf</a></p>
        """)
    }
    return frame.response(
      "Bild oder Datei hinzufügen",
      """
      \(crumbs(draft))
      <h1>Bild oder Datei hinzufügen</h1>
      <form class="form" method="post" action="/desk/media" enctype="multipart/form-data">
      \(frame.token)<input type="hidden" name="back" value="\(target)/media">
      <div class="row"><label for="file">Datei<span class="hint">Bild bis 10 MB (JPEG, PNG, WebP, \
      AVIF) oder PDF bis 20 MB. Ort und Kamera werden aus Bildern entfernt; ein PDF behält, was es \
      über Verfasser und Titel sagt.</span></label>
      <input id="file" name="file" type="file" required \
      accept="image/jpeg,image/png,image/webp,image/avif,application/pdf"></div>
      <div class="acts"><button type="submit">Hochladen</button>\
      <a class="button quiet" href="\(target)">Abbrechen</a></div></form>
      \(try recent(target))
      """)
  }

  private func crumbs(_ draft: Draft) -> HTML {
    """
    <p class="crumbs"><a href="/desk">Meine Einträge</a> › \
    <a href="\(DeskSite.address(draft.id))">\(DeskSite.title(of: draft))</a></p>
    """
  }

  /// The page that asks what is to be said of a file which was just uploaded or chosen.
  private func describePage(
    _ inputs: MediaInputs, _ draft: Draft, _ frame: DeskFrame, status: Int = 200
  ) -> Response {
    let target = DeskSite.address(draft.id)
    return frame.response(
      "Angaben zur Datei",
      """
      \(crumbs(draft))
      <h1>Angaben zur Datei</h1>
      <form class="form" method="post" action="\(target)/media" novalidate>
      \(frame.token)\(inputs.content)
      <div class="acts"><button type="submit">In den Entwurf übernehmen</button>\
      <a class="button quiet" href="\(target)">Abbrechen</a></div></form>
      """,
      status: status)
  }

  /// Files that the catalogue shows already: own ones first, then those of others.
  private func recent(_ target: String) throws -> HTML? {
    let moment = BerlinTime.local(now()).iso
    var seen: Set<String> = []
    let uses =
      try reads.recentMedia(site, DeskSite.recentFiles)
      // What others are to release later is none of this house's business yet.
      + (try reads.recentMedia(nil, DeskSite.recentFiles)).filter {
        ($0.row.released ?? "") <= moment
      }
    let entries: [HTML] = try uses.compactMap { use in
      guard let value = try reads.state(use.row.id)?.value(use.field),
        let hash = value["sha256"]?.text, Digest(hex: hash).map(media.holds) ?? false,
        seen.insert(hash).inserted, seen.count <= DeskSite.recentFiles
      else { return nil }
      return entry(use, value, hash, target)
    }
    guard !entries.isEmpty else { return nil }
    return """
      <section><h2>Oder etwas nehmen, das es im Verzeichnis schon gibt</h2>
      <ul class="thumbs">\(entries)</ul></section>
      """
  }

  private func entry(
    _ use: MediaUse, _ value: FieldValue, _ hash: String, _ target: String
  ) -> HTML {
    let query = Address.query([
      ("sha", hash), ("from", use.row.id.description), ("field", use.field),
    ])
    let name = value["alt"]?.text ?? value["label"]?.text ?? "Schmuckbild"
    let picture: HTML? =
      value["width"] == nil
      ? nil
      : """
      <img src="/desk/media/\(hash)" alt="" width="\(Int(value["width"]?.number ?? 0))" \
      height="\(Int(value["height"]?.number ?? 0))" loading="lazy">
      """
    return """
      <li><a href="\(target)/media\(query)">\(picture)\(name)</a> \
      <small>\(region.label(use.row.lead)): \(ItemParts.title(use.row.title))</small></li>

      """
  }

  /// `POST /desk/drafts/:id/media`: puts a file and what is said of it into the draft.
  private func addMedia(
    _ request: Request, _ visit: DeskVisit, _ posted: PostedForm
  ) throws -> Answer? {
    guard let (draft, _) = try draft(request),
      let field = DeskForm.mediaFields(of: posted.values).first,
      DeskForm.mediaFields(of: draft.inputs).count < DeskForm.maximumMedia
    else { return nil }
    var inputs = field.inputs(in: posted)
    // What is known of the file comes from this node, never from a form.
    guard let hash = DeskField.facts(in: inputs).first?.1.text.flatMap({ Digest(hex: $0) }),
      let facts = media.facts(hash)
    else { return nil }
    inputs.merge(DeskField.inputs(of: facts)) { $1 }
    inputs[DeskField.removeKey] = nil
    guard FieldRules.accept(field.read(inputs, nil), in: field.name, of: .news) else {
      let shown = MediaInputs(
        field: field, inputs: inputs, error: field.complaint, isOnItem: false)
      return .now(describePage(shown, draft, frame(visit), status: 422))
    }
    let hand = Draft.Hand(by: visit.user.pseudonym, page: "", at: now())
    do {
      try store.change(draft.id) { draft in
        try draft.write(by: hand.by, now: hand.at) { draft in
          draft.take(field.name, typed: field.named(inputs), held: [:], isKnown: true, from: hand)
        }
      }
    } catch is DraftError {
      // It is being released, or gone: its page says so.
      return .now(.redirect(to: DeskSite.address(draft.id)))
    }
    return .now(.redirect(to: "\(DeskSite.address(draft.id))?ok=1"))
  }
}
