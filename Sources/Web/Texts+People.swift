// The German words for people, roles, passwords and the audit trail of the desk.

import Desk

extension Texts {
  static func role(_ role: DeskRole) -> String {
    switch role {
    case .author: "Autorin oder Autor"
    case .releaser: "Freigabe"
    case .administrator: "Verwaltung"
    }
  }

  /// What a role lets somebody do.
  static func roleHint(_ role: DeskRole) -> String {
    switch role {
    case .author: "schreibt Entwürfe"
    case .releaser: "veröffentlicht, zieht zurück und stimmt Fassungen ab"
    case .administrator: "darf alles und verwaltet die Zugänge"
    }
  }

  static func flaw(_ flaw: PasswordFlaw) -> String {
    switch flaw {
    case .short:
      "Das Passwort ist zu kurz: mindestens \(PasswordRules.leastCharacters) Zeichen, gern ein Satz."
    case .long: "Das Passwort ist zu lang."
    case .control: "Das Passwort enthält Zeichen, die sich nicht tippen lassen."
    case .guessable:
      "Das Passwort ist leicht zu erraten: Es besteht vor allem aus Namen, häufigen Wörtern oder "
        + "Tastenfolgen."
    }
  }

  /// Why the desk's store did not do it, for whoever asked.
  static func error(_ error: DeskError) -> String {
    switch error {
    case .storage: "Das Speichern hat gerade nicht geklappt. Bitte versuchen Sie es noch einmal."
    case .unknownPerson: "Diese Person gibt es nicht."
    case .nameTaken: "Diesen Anmeldenamen hat schon jemand."
    case .badSignInName:
      "Der Anmeldename hat \(PeopleRules.signInNameCount.lowerBound) bis "
        + "\(PeopleRules.signInNameCount.upperBound) Buchstaben, Ziffern oder Zeichen . _ - @ +"
    case .badName: "Der Name hat 1 bis \(PeopleRules.longestName) Zeichen."
    case .badPassword(let flaw): Texts.flaw(flaw)
    case .lastAdministrator:
      "Mindestens eine Person muss die Zugänge verwalten können. Bitte geben Sie diese Rolle erst "
        + "jemand anderem."
    case .isProgram: "Ein Programm meldet sich nicht an, es hat Schlüssel für die Schnittstelle."
    case .linkEnded: "Dafür ist der Zugang gesperrt, oder der Link gilt nicht mehr."
    case .notFirst: "Es ist schon jemand angelegt."
    case .tooMany: "Mehr Zugänge können nicht angelegt werden."
    }
  }

  /// What somebody did, as a line of the audit trail says it.
  static func action(_ action: DeskAction) -> String {
    switch action {
    case .signedIn: "Angemeldet"
    case .signInFailed: "Anmeldung fehlgeschlagen"
    case .lockedOut: "Nach zu vielen Versuchen ausgesperrt"
    case .signedOut: "Abgemeldet"
    case .signedOutEverywhere: "Überall abgemeldet"
    case .passwordChanged: "Passwort geändert"
    case .personAdded: "Person angelegt"
    case .personRenamed: "Namen geändert"
    case .roleChanged: "Rolle geändert"
    case .locked: "Zugang gesperrt"
    case .unlocked: "Zugang freigegeben"
    case .linkMade: "Link ausgestellt"
    case .tokenMade: "Schlüssel ausgestellt"
    case .tokensRevoked: "Schlüssel zurückgezogen"
    case .handedIn: "Zur Freigabe gegeben"
    case .handedBack: "Zurückgegeben"
    case .unplanned: "Geplante Freigabe zurückgenommen"
    case .madeUpFor: "Verpasste Freigabe nachgeholt"
    case .fourEyesOn: "Vier Augen eingeschaltet"
    case .fourEyesOff: "Vier Augen ausgeschaltet"
    default: event(action.rawValue)
    }
  }

  /// How long to wait, rounded up.
  static func duration(seconds: Int) -> String {
    seconds < 90
      ? count(seconds, one: "Sekunde", many: "Sekunden")
      : "\((seconds + 59) / 60) Minuten"
  }
}
