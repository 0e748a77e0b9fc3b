// One line of the forms of sign-in, account and people: label, input, hint and message.

/// An input with its label. The message stands at the input and is read out with it.
struct DeskInput: Sendable {
  let name: String
  let label: String
  var type = "text"
  var value = ""
  /// What a password manager or a browser may fill in (WHATWG HTML §4.10.18.7.1).
  var autocomplete = "off"
  var hint: String?
  var error: String?

  static func newPassword(hint: String? = nil, error: String? = nil) -> DeskInput {
    DeskInput(
      name: "password", label: "Neues Passwort", type: "password", autocomplete: "new-password",
      hint: hint, error: error)
  }

  static func repeatedPassword(error: String? = nil) -> DeskInput {
    DeskInput(
      name: "repeat", label: "Neues Passwort noch einmal", type: "password",
      autocomplete: "new-password", error: error)
  }

  static func signInName(_ value: String = "", error: String? = nil) -> DeskInput {
    DeskInput(
      name: "signInName", label: "Anmeldename", value: value, autocomplete: "username",
      error: error)
  }

  var row: HTML {
    let hint: HTML? = hint.map { "<span class=\"hint\">\($0)</span>" }
    let plain: HTML =
      autocomplete == "username" ? " autocapitalize=\"none\" spellcheck=\"false\"" : ""
    let state: HTML =
      error == nil ? "" : " aria-invalid=\"true\" aria-describedby=\"e.\(name)\""
    let message: HTML? = error.map { "<p class=\"error\" id=\"e.\(name)\">\($0)</p>" }
    return """
      <div class="row"><label for="\(name)">\(label)\(hint)</label>
      <input id="\(name)" name="\(name)" type="\(type)" value="\(value)" \
      autocomplete="\(autocomplete)"\(plain) required\(state)>\(message)</div>

      """
  }
}

extension HTML {
  /// A message above a page's content that is read out at once.
  static func alert(_ text: String?) -> HTML? {
    text.map { "<div class=\"note stop\" role=\"alert\"><p>\($0)</p></div>" }
  }

  /// A message that something was done.
  static func done(_ text: String?) -> HTML? {
    text.map { "<div class=\"note good\" role=\"status\"><p>\($0)</p></div>" }
  }
}
