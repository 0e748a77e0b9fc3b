// What an editor reads of rare events of sync, in one sentence. Protocols/sync.md §4.1 and §4.2.

import Sync

extension RestoredLine {
  /// What an editor reads.
  var sentence: String {
    func entries(_ count: Int) -> String { count == 1 ? "1 Eintrag" : "\(count) Einträge" }
    func were(_ count: Int) -> String { count == 1 ? "wurde" : "wurden" }
    var parts = ["\(entries(own)) \(were(own)) vom Kreis zurückgeholt"]
    if reissued > 0 {
      parts.append("\(entries(reissued)) von seither \(were(reissued)) dahinter eingereiht")
    }
    return "Dieser Knoten war aus einer Sicherung wiederhergestellt: "
      + parts.joined(separator: ", ") + ", es fehlt nichts."
  }
}

extension SyncAlarm {
  /// What an editor reads: what has happened, that nothing is lost, and what is to be done.
  var sentence: String {
    switch self {
    case .cloned:
      "Dieser Knoten läuft zweimal, auf dem Original und auf einer Kopie der Maschine. Es geht "
        + "nichts verloren; bitte lassen Sie einen von beiden abschalten."
    case .forgedLine(let dot):
      "Beim Kreis liegt unter dem Namen dieser Stadt ein Eintrag (\(dot)), der nicht von hier ist. "
        + "Übernommen wurde nichts; bitte sagen Sie dem Kreis Bescheid."
    case .hubBehind, .otherHistory, .otherTree:
      "Der Kreis hält einen anderen Stand, als er uns früher gezeigt hat, vermutlich nach einer "
        + "Wiederherstellung. Hier wurde nichts geändert; bitte sagen Sie dem Kreis Bescheid."
    case .unknownKey:
      "Der Kreis erkennt den Schlüssel dieses Knotens nicht. Bitte lassen Sie sich einen neuen "
        + "geben; bis dahin bleibt alles hier."
    case .unknownSite, .unknownRegion:
      "Der Kreis führt diese Stadt nicht als Teil der Region. Bitte fragen Sie dort nach; bis dahin "
        + "bleibt alles hier."
    case .protocolTooOld:
      "Dieses Programm ist zu alt für den Knoten des Kreises. Bitte lassen Sie es erneuern; bis "
        + "dahin bleibt alles hier."
    case .protocolTooNew:
      "Dieses Programm ist neuer als das des Kreises. Bitte sagen Sie dem Kreis Bescheid; bis dahin "
        + "bleibt alles hier."
    case .eventRefused(let dot, _):
      "Der Kreis nimmt einen Eintrag (\(dot)) nicht an, und was danach kam, wartet. Bitte geben Sie "
        + "der Technik diese Nummer."
    case .unsoundBatch:
      "Was der Kreis geschickt hat, lässt sich nicht prüfen und wurde nicht übernommen. Bitte sagen "
        + "Sie dem Kreis Bescheid."
    }
  }
}

extension SyncStatus {
  /// What an editor should know besides the usual; nil on most days.
  var note: String? {
    if let alarm { return alarm.sentence }
    if lastFailure == .storage {
      return
        "Der Speicher dieses Knotens ist voll oder gestört. Bitte sagen Sie der Technik Bescheid."
    }
    return restored?.sentence
  }
}
