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

extension SyncStatus {
  /// What an editor should know besides the usual; nil on most days.
  var note: String? {
    switch alarm {
    case .cloned:
      "Dieser Knoten läuft zweimal, auf dem Original und auf einer Kopie der Maschine. Es geht "
        + "nichts verloren; bitte lassen Sie einen von beiden abschalten."
    case .forgedLine(let dot):
      "Beim Kreis liegt unter dem Namen dieser Stadt ein Eintrag (\(dot)), der nicht von hier ist. "
        + "Übernommen wurde nichts; bitte sagen Sie dem Kreis Bescheid."
    default: restored?.sentence
    }
  }
}
