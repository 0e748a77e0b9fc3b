// Pictures and documents of an item at the desk: upload, choice of those that are there, and what
// is said of each. Works without scripts; a script may send the same form and read the answer as JSON.

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
  /// Files of one item: an event has at most 64 fields, and a page with more is an album.
  private static let mostFiles = 40

  func registerMedia(in router: Router) {
    post(router, "/desk/media", bodyLimit: DeskSite.uploadBytes) { upload($0, $1, $2) }
    router.get("/desk/media/:hash") { request in .now(deskFile(request)) }
    show(router, "/desk/items/:id/media") { request, frame in try mediaPage(request, frame) }
    show(router, "/desk/items/:id/media/new") { request, frame in try newMedia(request, frame) }
    post(router, "/desk/items/:id/media") { try saveMedia($0, $1, $2) }
    post(router, "/desk/items/:id/media/remove") { try removeMedia($0, $1, $2) }
  }

  /// Leads from the page of an item to its files.
  func mediaButton(_ id: ItemID, _ rights: EditRights) -> HTML? {
    rights.isEditor
      ? "<a class=\"button quiet\" href=\"/desk/items/\(id.description)/media\">Bilder und Dateien</a>"
      : nil
  }

  /// Any file that is held, for editors: also one that no item shows yet.
  private func deskFile(_ request: Request) -> Response {
    guard gate.visit(request) != nil else { return .redirect(to: "/desk/signin") }
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
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2f || byte == 0x2d
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
    return Response.json(Array(FieldValue.object(sorting: members).canonicalText.utf8), status: 201)
      .with("Cache-Control", "no-store")
  }

  private static func refused(
    _ message: String, _ frame: DeskFrame, _ back: String?, _ isForScript: Bool
  ) -> Response {
    if isForScript {
      let body: FieldValue = ["message": .string(message)]
      return Response.json(Array(body.canonicalText.utf8), status: 422)
        .with("Cache-Control", "no-store")
    }
    // The page with the form stands one step above that for a new file.
    let link: HTML? = back.map { back in
      let page = back.hasSuffix("/new") ? String(back.dropLast("/new".count)) : back
      return "<p><a class=\"button\" href=\"\(page)\">Andere Datei wählen</a></p>"
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

  // MARK: - Pages

  private func mediaPage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard let (id, state, _) = try item(request), rights(state).isEditor else { return nil }
    return try mediaPage(id, state, frame, nil, message: nil, status: 200)
  }

  /// The files of an item with their inputs. `changed` is shown in the place of what is stored.
  private func mediaPage(
    _ id: ItemID, _ state: ItemState, _ frame: DeskFrame, _ changed: MediaInputs?,
    message: String?, status: Int
  ) throws -> Response {
    let title = ItemParts.title(state.title)
    let note: HTML? = message.map { "<div class=\"note stop\" role=\"alert\"><p>\($0)</p></div>" }
    let fields = state.registers.map(\.field).filter { $0.hasPrefix(FieldRules.mediaPrefix) }
    let entries: [HTML] = fields.compactMap { field in
      if state.conflicts.contains(where: { $0.field == field }) { return open(id) }
      guard let value = state.value(field) else { return nil }
      return (changed?.field == field ? changed : MediaInputs(value, field: field)).map {
        entry($0, id, state, frame, isOpen: changed?.field == field)
      }
    }
    let files: HTML =
      entries.isEmpty ? "<p class=\"meta\">Noch keine.</p>" : entries.joined()
    let more: HTML =
      entries.count < DeskSite.mostFiles
      ? "\(uploadForm(id, frame))\(try recent(id))"
      : "<p class=\"meta\">Mehr als \(DeskSite.mostFiles) Dateien hat kein Eintrag.</p>"
    return frame.response(
      "Bilder und Dateien: \(title)",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a> › \
      <a href="/desk/items/\(id.description)">\(title)</a></p>
      <h1>Bilder und Dateien</h1>
      \(note)
      \(files)
      \(more)
      """,
      status: status)
  }

  private func open(_ id: ItemID) -> HTML {
    """
    <div class="note warn"><p>Zu einer Datei stehen zwei Fassungen nebeneinander. \
    <a href="/desk/items/\(id.description)/settle">Bitte zuerst abstimmen</a></p></div>

    """
  }

  private func entry(
    _ inputs: MediaInputs, _ id: ItemID, _ state: ItemState, _ frame: DeskFrame, isOpen: Bool
  ) -> HTML {
    let mark: HTML = isOpen ? " open" : ""
    return """
      <section class="panel">\(inputs.shown)
      <details\(mark)><summary>Angaben ändern</summary>
      <form class="form" method="post" action="/desk/items/\(id.description)/media" novalidate>
      \(hidden(state, frame))\(inputs.content)
      <div class="acts"><button type="submit">Speichern</button></div></form></details>
      <form class="form" method="post" action="/desk/items/\(id.description)/media/remove">
      \(hidden(state, frame))<input type="hidden" name="field" value="\(inputs.field)">
      <div class="acts"><button class="stop" type="submit">Vom Eintrag nehmen</button></div>\
      </form></section>

      """
  }

  private func hidden(_ state: ItemState, _ frame: DeskFrame) -> HTML {
    "\(frame.token)<input type=\"hidden\" name=\"context\" value=\"\(state.screen.text)\">"
  }

  private func uploadForm(_ id: ItemID, _ frame: DeskFrame) -> HTML {
    """
    <h2>Hinzufügen</h2>
    <form class="form" method="post" action="/desk/media" enctype="multipart/form-data">
    \(frame.token)<input type="hidden" name="back" value="/desk/items/\(id.description)/media/new">
    <div class="row"><label for="file">Datei<span class="hint">Bild bis 10 MB (JPEG, PNG, WebP, \
    AVIF) oder PDF bis 20 MB. Ort und Kamera werden aus Bildern entfernt; ein PDF behält, was es \
    über Verfasser und Titel sagt.</span></label>
    <input id="file" name="file" type="file" required \
    accept="image/jpeg,image/png,image/webp,image/avif,application/pdf"></div>
    <div class="acts"><button type="submit">Hochladen</button></div></form>

    """
  }

  /// Files that the catalogue shows already: own ones first, then those of others.
  private func recent(_ id: ItemID) throws -> HTML? {
    let moment = now()
    var seen: Set<String> = []
    let uses =
      try reads.recentMedia(site, DeskSite.recentFiles)
      + (try reads.recentMedia(nil, DeskSite.recentFiles)).filter {
        // What is to be released later stays in its house.
        ($0.row.released ?? "") <= BerlinTime.local(moment).iso
      }
    let entries: [HTML] = try uses.compactMap { use in
      guard let value = try reads.state(use.row.id)?.value(use.field),
        let hash = value["sha256"]?.text, seen.insert(hash).inserted,
        seen.count <= DeskSite.recentFiles
      else { return nil }
      let target = Address.query([
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
        <li><a href="/desk/items/\(id.description)/media/new\(target)">\(picture)\(name)</a> \
        <small>\(region.label(use.row.lead)): \(ItemParts.title(use.row.title))</small></li>

        """
    }
    guard !entries.isEmpty else { return nil }
    return """
      <details class="panel"><summary>Etwas nehmen, das es im Verzeichnis schon gibt</summary>
      <ul class="thumbs">\(entries)</ul></details>
      """
  }

  /// The page that asks what is to be said of a file which was just uploaded or chosen.
  private func newMedia(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard let (id, state, _) = try item(request), rights(state).isEditor,
      let hash = request.query("sha").flatMap({ Digest(hex: $0) })
    else { return nil }
    let field = MediaInputs.newField(at: now())
    let source = try request.query("from").flatMap { ItemID($0) }.flatMap { try reads.state($0) }
    var inputs = media.facts(hash).map { MediaInputs($0, field: field) }
    if let source, let name = request.query("field"), let value = source.value(name),
      value["sha256"]?.text == hash.hex
    {
      inputs = MediaInputs(value, field: field)
    }
    return inputs.map { DeskSite.newPage($0, id, state, frame, message: nil, status: 200) }
  }

  private static func newPage(
    _ inputs: MediaInputs, _ id: ItemID, _ state: ItemState, _ frame: DeskFrame,
    message: String?, status: Int
  ) -> Response {
    let title = ItemParts.title(state.title)
    let note: HTML? = message.map { "<div class=\"note stop\" role=\"alert\"><p>\($0)</p></div>" }
    return frame.response(
      "Datei hinzufügen: \(title)",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a> › \
      <a href="/desk/items/\(id.description)">\(title)</a> › \
      <a href="/desk/items/\(id.description)/media">Bilder und Dateien</a></p>
      <h1>Angaben zur Datei</h1>
      \(note)
      <form class="form" method="post" action="/desk/items/\(id.description)/media" novalidate>
      \(frame.token)<input type="hidden" name="context" value="\(state.screen.text)">
      \(inputs.content)
      <div class="acts"><button type="submit">Veröffentlichen</button>\
      <a class="button quiet" href="/desk/items/\(id.description)/media">Abbrechen</a></div></form>
      """,
      status: status)
  }

  // MARK: - Saving

  private func saveMedia(
    _ request: Request, _ visit: DeskVisit, _ form: PostedForm
  ) throws -> Answer? {
    guard let (id, state, kind) = try item(request),
      let context = form["context"].flatMap({ Context(text: $0) }), try holds(context),
      let field = MediaInputs.fields(in: form).first, FieldName.isValid(field),
      var inputs = MediaInputs(form, field: field, before: state.value(field), store: media)
    else { return nil }
    let frame = frame(visit)
    let isNew = state.survivors(field).isEmpty
    func again(_ message: String) throws -> Response {
      isNew
        ? DeskSite.newPage(inputs, id, state, frame, message: message, status: 422)
        : try mediaPage(id, state, frame, inputs, message: message, status: 422)
    }
    guard let value = inputs.value() else {
      return .now(try again("Noch nicht gespeichert. Bitte die markierten Angaben prüfen."))
    }
    guard rights(state).allow([field]) else {
      return .now(try again(DeskSite.words(for: .noRight)))
    }
    return writeMedia(field, value, id, kind, context, visit)
  }

  private func removeMedia(
    _ request: Request, _ visit: DeskVisit, _ form: PostedForm
  ) throws -> Answer? {
    guard let (id, state, kind) = try item(request),
      let context = form["context"].flatMap({ Context(text: $0) }), try holds(context),
      let field = form["field"], FieldName.isValid(field),
      field.hasPrefix(FieldRules.mediaPrefix), !state.survivors(field).isEmpty
    else { return nil }
    guard rights(state).allow([field]) else {
      return .now(
        try mediaPage(
          id, state, frame(visit), nil, message: DeskSite.words(for: .noRight), status: 422))
    }
    return writeMedia(field, .null, id, kind, context, visit)
  }

  private func writeMedia(
    _ field: String, _ value: FieldValue, _ id: ItemID, _ kind: ItemKind, _ context: Context,
    _ visit: DeskVisit
  ) -> Answer {
    let frame = frame(visit)
    let draft = EventDraft(
      type: "\(kind.rawValue).revised", item: id, context: context, by: visit.user.pseudonym,
      writes: [.init(field, value)])
    return write(draft, to: "/desk/items/\(id)/media") { message in
      frame.response(
        "Nicht gespeichert",
        """
        <h1>Nicht gespeichert</h1><div class="note stop" role="alert"><p>\(message)</p></div>
        <p><a href="/desk/items/\(id.description)/media">Zurück</a></p>
        """, status: 422)
    }
  }
}
