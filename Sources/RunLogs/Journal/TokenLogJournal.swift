internal import Files
internal import Foundation

/// The journal of a log that is to be written: open, and locked against other runs.
///
/// Opening it shows at once whether the folder can be written to, before any other work. It lies
/// beside the log as `<log>.journal`. What an earlier run finished is still in it; a writer begins
/// it anew or goes on after that.
package final class TokenLogJournal {
  /// Where the log will be, links followed.
  package let destination: String
  let file: JournalHandle
  /// What an earlier run left; nil if no block of it was finished.
  let earlier: JournalReader?
  private var isClosed = false

  /// The path of the journal.
  package var path: String { file.path }

  /// Texts that an earlier run finished.
  package var finishedTextCount: Int { earlier?.sequenceCount ?? 0 }

  /// Opens or creates the journal for a log at `destination`.
  ///
  /// - Throws: `RunLogError`: `.missingFile` (no such folder), `.unwritable`, `.noSpace`, `.busy`
  ///   while a living run writes it, and `.differs` where the journal's name is another file's.
  package init(destination: String) throws(RunLogError) {
    do throws(DestinationError) {
      let place = try Destination(destination)
      // Both are written later; a link is found now.
      for suffix in ["journal", "partial"] { _ = try place.companion(suffix) }
      self.destination = place.target
    } catch { throw RunLogError(error) }
    file = try Self.open(TokenLogWriter.journalPath(for: self.destination), destination)
    do throws(RunLogError) {
      try JournalReader.checkIsOurs(file)
      let found = try JournalReader(file)
      earlier = found.blockCount > 0 ? found : nil
    } catch  where error.kind == .notALog || error.kind == .damaged {
      // Empty or cut off within its header: nothing that could be gone on with.
      earlier = nil
    } catch {
      try? file.handle.close()
      throw error
    }
  }

  deinit { close() }

  private static func open(
    _ path: String, _ destination: String
  ) throws(RunLogError) -> JournalHandle {
    let url = URL(filePath: path)
    do {
      while true {
        if !FileManager.default.fileExists(atPath: path) {
          do {
            try Data().write(to: url, options: .withoutOverwriting)
          } catch let error as CocoaError where error.code == .fileWriteFileExists {
            // Somebody else was faster.
          }
        }
        let handle = try FileHandle(forUpdating: url)
        switch JournalLock.take(handle, path: path) {
        case .taken: return JournalHandle(path: path, handle: handle)
        case .busy:
          throw RunLogError(
            .busy, destination,
            "another run is writing this log: wait for it, or choose another name")
        case .replaced: try? handle.close()
        }
      }
    } catch let error as RunLogError {
      throw error
    } catch {
      throw RunLogError(error, path, "cannot write")
    }
  }

  /// Gives the lock back; a journal without a finished block is removed, any other is kept.
  package func close() { close(removing: earlier == nil) }

  func close(removing: Bool) {
    if isClosed { return }
    isClosed = true
    // Removed while still locked, so that nobody else's journal is. A leftover harms nobody.
    if removing { try? FileManager.default.removeItem(atPath: path) }
    try? file.handle.close()
  }
}
