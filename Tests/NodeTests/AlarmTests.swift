// What an editor reads of each alarm of sync.

import Events
import Sync
import Testing

@testable import Node

@Suite struct AlarmTests {
  private static let dot = Dot(SiteID("herten")!, 7)  // A valid name.

  private static let alarms: [SyncAlarm] = [
    .forgedLine(dot), .hubBehind(city: 2, hub: 1), .otherHistory(position: 1),
    .otherTree(city: TreeHead(size: 1, root: .zero), hub: TreeHead(size: 2, root: .zero)),
    .unknownKey, .unknownSite, .cloned, .unknownRegion, .protocolTooOld, .protocolTooNew,
    .eventRefused(dot, .gap), .unsoundBatch(after: 3),
  ]

  @Test(arguments: alarms) func everyAlarmSaysWhatToDo(alarm: SyncAlarm) {
    #expect(alarm.sentence.lowercased().contains("bitte"))
    #expect(alarm.sentence.hasSuffix(".") && alarm.sentence.utf8.count < 300)
  }
}
