internal import Foundation
internal import HDF5

/// Writes a token log: blocks into a journal as they are measured, the HDF5 file at the end.
///
/// ```swift
/// let writer = try TokenLogWriter(destination: "demo.h5", header: header)
/// do {
///   for block in blocks { try writer.append(block) }
///   try writer.publish()
/// } catch {
///   writer.discard()
///   throw error
/// }
/// ```
///
/// The journal `<destination>.journal` lies beside the destination. The file under its final name is
/// the old one, or none, until `publish` renames a whole new one over it. A journal that a killed
/// run left behind is replaced; one that a living run still writes is an error.
public final class TokenLogWriter {
  /// Where the log will be.
  public let destination: String
  /// What it says about its origin.
  public let header: TokenLogHeader
  private let fields: [JournalField]
  private let journal: JournalHandle
  private var entries: [JournalEntry] = []
  private var end: UInt64 = 0
  private var isFinished = false

  /// The path of the journal for a log at `destination`.
  public static func journalPath(for destination: String) -> String { destination + ".journal" }

  /// The path of the HDF5 file while it is written.
  static func partialPath(for destination: String) -> String { destination + ".partial" }

  /// Starts a journal, which shows at once whether the folder can be written to.
  ///
  /// - Throws: `RunLogError`: `.missingFile` (no such folder), `.unwritable`, `.noSpace`, `.busy`,
  ///   and `.badHeader` for names that clash.
  public init(destination: String, header: TokenLogHeader) throws(RunLogError) {
    do { try header.check() } catch {
      throw RunLogError(error.kind, destination, error.message)
    }
    self.destination = destination
    self.header = header
    fields = JournalField.all(for: header)
    journal = try Self.openJournal(destination)
    let json: Data
    do { json = try JSONEncoder().encode(header) } catch {
      throw RunLogError(.badHeader, destination, "the header can't be stored: \(error)")
    }
    do throws(RunLogError) {
      try write(Data(JournalFile.magic) + JournalFile.record(.header, [UInt8](json)))
    } catch {
      finish()
      throw error
    }
  }

  private static func openJournal(_ destination: String) throws(RunLogError) -> JournalHandle {
    let known = try? URL(filePath: destination).resourceValues(forKeys: [.isDirectoryKey])
    if known?.isDirectory == true {
      throw RunLogError(.unwritable, destination, "is a folder: give the name of a file")
    }
    let path = journalPath(for: destination)
    do {
      let url = URL(filePath: path)
      if !FileManager.default.fileExists(atPath: path) {
        try Data().write(to: url, options: .withoutOverwriting)
      }
      let handle = try FileHandle(forUpdating: url)
      // Some network disks can't lock; only a lock that someone holds stops us.
      if flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        throw RunLogError(
          .busy, destination, "another run is writing this log: wait for it, or choose another name"
        )
      }
      if try handle.seekToEnd() > 0 { try handle.truncate(atOffset: 0) }
      return JournalHandle(path: path, handle: handle)
    } catch let error as RunLogError {
      throw error
    } catch {
      throw RunLogError(error, path, "cannot write")
    }
  }

  /// Adds whole sequences with everything measured on them.
  ///
  /// A block that could not be written leaves no trace: it can be appended again.
  /// - Throws: `RunLogError`: `.noSpace` on a full disk, `.unwritable`.
  public func append(_ block: TokenLogBlock) throws(RunLogError) {
    precondition(!isFinished, "the log is published or discarded")
    check(block)
    let shape = BlockShape(block)
    var payload = LittleEndianBytes()
    payload.append(shape.encoded)
    let start = payload.bytes.count
    for field in fields { field.append(block, shape, to: &payload) }
    let record = JournalFile.record(.block, payload.bytes)
    let offset = end + UInt64(JournalFile.recordHeaderBytes + start)
    try write(record)
    entries.append(JournalEntry(offset: offset, shape: shape))
  }

  /// Writes at the end of the last complete record: over what a failed write left there.
  private func write(_ data: Data) throws(RunLogError) {
    try journal.write(data, at: end)
    end += UInt64(data.count)
  }

  /// Writes the HDF5 file, gives it its final name and removes the journal.
  ///
  /// One column at a time is read back from the journal, so memory stays at some megabytes. After an
  /// error the old file is untouched and the journal still there: make room and call again, or
  /// `discard`.
  /// - Throws: `RunLogError`: `.noSpace`, `.unwritable`.
  public func publish() throws(RunLogError) {
    precondition(!isFinished, "the log is published or discarded")
    let partial = Self.partialPath(for: destination)
    do throws(RunLogError) {
      try Publisher(journal: journal, header: header, entries: entries).write(to: partial)
      try translating { () throws(HDF5Error) in try HDF5File.publish(partial, as: destination) }
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw error
    }
    finish()
  }

  /// Removes the journal; the old file stays as it is.
  ///
  /// Does nothing after `publish`.
  public func discard() {
    if !isFinished { finish() }
  }

  private func finish() {
    isFinished = true
    // Removed while still locked, so that nobody else's journal is. A leftover harms nobody.
    try? FileManager.default.removeItem(atPath: journal.path)
    try? journal.handle.close()
  }

  private func check(_ block: TokenLogBlock) {
    let count = block.tokenCount
    func expect(_ found: Int, _ name: String, _ columns: Int = 1) {
      precondition(
        found == count * columns, "\(name): \(found) values for \(count) × \(columns)")
    }
    precondition(
      block.models.count == header.models.count && block.pairs.count == header.pairs.count,
      "\(block.models.count) models and \(block.pairs.count) pairs, not "
        + "\(header.models.count) and \(header.pairs.count)")
    expect(block.unmeasured.count, "unmeasured")
    for (columns, model) in zip(block.models, header.models) {
      if model.replicateType != nil {
        expect(columns.replicate.logProbability.count, "replicate/logp")
        expect(columns.replicate.entropy.count, "replicate/entropy")
      }
      for column in ModelColumn.allCases { expect(columns[column].count, column.rawValue) }
      for column in ModelIndexColumn.allCases { expect(columns[column].count, column.rawValue) }
      if header.topK == 0 { continue }
      expect(columns.topK.ids.count, "topk/id", header.topK)
      expect(columns.topK.logProbabilities.count, "topk/logp", header.topK)
      expect(columns.topK.restLogMass.count, "topk/rest_logmass")
    }
    for columns in block.pairs {
      for column in PairColumn.allCases { expect(columns[column].count, column.rawValue) }
    }
  }
}
