// Rare paths that the whole run of seeds must have taken; else the simulator tests less than it
// seems to.

/// Something that happened in a simulated world.
enum Mark: String, CaseIterable, Sendable {
  // The disk.
  case diskFull, writeFailed, syncFailed, readFailed, tornWrite, lostWrite, removedFileCameBack
  // A node that comes back.
  case killed, powerCut, diedWhileOpening, openingFailed, stoppedInOrder
  case killedThenPowerCut, viewsBehindLog, failedCommitHappened, checkpointed
  // The views.
  case rowsNotWritten, rowsCaughtUp, waitedForRows, rebuilt, diedInRebuild, viewsDeleted,
    refoldedAfterOtherVerdict
  // The network.
  case messageLost, answerLost, messageDoubled, bodyCut, partitioned, slowPeer
  case forgeryRefused, duplicatePush, pushReplaced, greetAgain, bodyRefused, lateAnswer, storageFull
  // Backups.
  case cityRestored, lineTakenBack, tailReissued, logOnlyRestored,
    cityCloned, clonedAlarm
  // Clocks.
  case clockJumpedForwards, clockJumpedBackwards
  // Editors.
  case conflictArose, conflictSettled, staleTab, joined, handed, withdrawn, restored, hidden
  case refusedAtTheDoor, voidNoRight, voidInvalidField, voidKind, voidItem, voidSiteLeft, parked
  case siteLeft, siteReadmitted, leadTakenOver, merged
  case treeWitnessed
}
