// The inputs of one field with labels, hints and error, as markup. WHATWG HTML §4.10.

/// The inputs of one field with labels, hints and error.
struct DeskInputs: Sendable {
  let field: DeskField
  let inputs: DeskField.Inputs
  var error: String?

  var content: HTML {
    if field.isMedia { return MediaInputs(field: field, inputs: inputs, error: error).content }
    let message: HTML? = error.map {
      "<p class=\"error\" id=\"e.\(field.name)\">\($0)</p>"
    }
    guard field.controls.count > 1 else {
      return "<div class=\"row\">\(field.controls.map(control))\(message)</div>\n"
    }
    return """
      <div class="row" role="group" aria-label="\(field.label)"><p class="group" \
      aria-hidden="true">\(field.label)</p>\(message)<div class="pair">
      \(field.controls.map { "<div class=\"row\">\(control($0))</div>\n" as HTML })</div></div>

      """
  }

  /// One input with its label.
  func input(of control: Control) -> HTML { self.control(control) }

  private func control(_ control: Control) -> HTML {
    let name = field.inputName(control)
    let values = inputs[control.key] ?? []
    let value = values.first ?? ""
    let state: HTML =
      error == nil ? "" : " aria-invalid=\"true\" aria-describedby=\"e.\(field.name)\""
    switch control.look {
    case .line: return label(control) + input(name, "text", value, state)
    case .mail: return label(control) + input(name, "email", value, state)
    case .web: return label(control) + input(name, "url", value, state)
    case .phone: return label(control) + input(name, "tel", value, state)
    case .day: return label(control) + input(name, "date", value, state)
    case .clock: return label(control) + input(name, "time", value, state)
    case .text(let isLong):
      let look: HTML = isLong ? " class=\"long\"" : ""
      // A line break right after the tag is dropped by browsers, so one is given.
      return label(control)
        + "<textarea id=\"\(name)\" name=\"\(name)\"\(look)\(state)>\n\(value)</textarea>"
    case .choice(let choices):
      let known = choices.contains { $0.code == value }
      let other: HTML? =
        known || value.isEmpty ? nil : "<option selected value=\"\(value)\">\(value)</option>"
      let options: [HTML] = choices.map { code, label in
        code == value
          ? "<option selected value=\"\(code)\">\(label)</option>"
          : "<option value=\"\(code)\">\(label)</option>"
      }
      return label(control) + """
        <select id="\(name)" name="\(name)"\(state)><option value="">–</option>\
        \(other)\(options)</select>
        """
    case .checks(let choices):
      let boxes: [HTML] = choices.map { code, label in
        let mark: HTML = values.contains(code) ? " checked" : ""
        return """
          <label><input type="checkbox" name="\(name)" value="\(code)"\(mark)> \(label)</label>

          """
      }
      return """
        <div role="group" aria-label="\(control.label)"><span class="hint">\(control.label)</span>
        <div class="checks" id="\(name)">\(boxes)</div></div>
        """
    case .tick:
      let mark: HTML = value.isEmpty ? "" : " checked"
      return """
        <div class="checks"><label><input type="checkbox" id="\(name)" name="\(name)" \
        value="1"\(mark)> \(control.label)</label></div>
        """
    }
  }

  private func label(_ control: Control) -> HTML {
    let hint: HTML? = control.hint.map { "<span class=\"hint\">\($0)</span>" }
    return "<label for=\"\(field.inputName(control))\">\(control.label)\(hint)</label>"
  }

  private func input(_ name: String, _ type: String, _ value: String, _ state: HTML) -> HTML {
    "<input id=\"\(name)\" name=\"\(name)\" type=\"\(type)\" value=\"\(value)\"\(state)>"
  }
}
