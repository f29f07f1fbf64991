internal import Foundation

/// Writes a token log: blocks into a journal as they are measured, the HDF5 file at the end.
///
/// ```swift
/// let writer = try TokenLogWriter(destination: "demo.h5", header: header)
/// do {
///   for block in blocks { try writer.append(block) }
///   try writer.publish()
/// } catch {
///   writer.discard()  // or `close()`, and go on another time with `TokenLogWriter(resuming:…)`
///   throw error
/// }
/// ```
///
/// The journal `<destination>.journal` lies beside the destination. The file under its final name is
/// the old one, or none, until `publish` renames a whole new one over it.
package final class TokenLogWriter {
  /// Where the log will be.
  package let destination: String
  /// What it says about its origin.
  package let header: TokenLogHeader
  private let fields: [JournalField]
  private let journal: TokenLogJournal
  private var entries: [JournalEntry] = []
  private var end: UInt64 = 0
  private var isFinished = false

  /// The path of the journal for a log at `destination`.
  package static func journalPath(for destination: String) -> String { destination + ".journal" }

  /// Begins a log, in place of whatever a dead run left in its journal.
  ///
  /// - Throws: `RunLogError`: `.missingFile` (no such folder), `.unwritable`, `.noSpace`, `.busy`,
  ///   and `.badHeader` for names that clash.
  package convenience init(destination: String, header: TokenLogHeader) throws(RunLogError) {
    try self.init(TokenLogJournal(destination: destination), header: header)
  }

  /// Begins a log, in place of whatever its journal holds.
  ///
  /// - Throws: `RunLogError`: `.noSpace`, `.unwritable`, and `.badHeader` for names that clash.
  package init(_ journal: TokenLogJournal, header: TokenLogHeader) throws(RunLogError) {
    destination = journal.destination
    do { try header.check() } catch {
      journal.close()
      throw RunLogError(error.kind, destination, error.message)
    }
    self.header = header
    self.journal = journal
    fields = JournalField.all(for: header)
    let json: Data
    do { json = try JSONEncoder().encode(header) } catch {
      journal.close()
      throw RunLogError(.badHeader, destination, "the header can't be stored: \(error)")
    }
    do throws(RunLogError) {
      try journal.file.truncate(at: 0)
      try write(Data(JournalFile.magic) + JournalFile.record(.header, [UInt8](json)))
    } catch {
      finish(removing: true)
      throw error
    }
  }

  /// Goes on after the last whole block of a journal; what a kill tore is cut off.
  ///
  /// The log keeps the header it was begun with.
  ///
  /// - Parameters:
  ///   - journal: with at least one finished block.
  ///   - header: of the run that goes on, which must agree but for time and command line.
  /// - Throws: `RunLogError`, of kind `.differs` if the blocks are another run's; the journal is left
  ///   as it is.
  package init(resuming journal: TokenLogJournal, header: TokenLogHeader) throws(RunLogError) {
    guard let earlier = journal.earlier else {
      preconditionFailure("\(journal.path) holds no finished block")
    }
    if let difference = header.difference(from: earlier.header) {
      journal.close()
      throw RunLogError(
        .differs, journal.path,
        "was begun with \(difference): --resume needs the same again, --overwrite begins anew")
    }
    destination = journal.destination
    self.header = earlier.header
    self.journal = journal
    fields = JournalField.all(for: earlier.header)
    entries = earlier.entries
    end = earlier.end
    try journal.file.truncate(at: end)
  }

  /// Sizes of the finished blocks, in order.
  package var blockSizes: [(sequences: Int, tokens: Int)] {
    entries.map { ($0.shape.sequences, $0.shape.tokens) }
  }

  /// Texts of the finished blocks.
  package var finishedTextCount: Int { entries.reduce(0) { $0 + $1.shape.sequences } }

  /// Tokens of the finished blocks.
  package var finishedTokenCount: Int { entries.reduce(0) { $0 + $1.shape.tokens } }

  /// Adds whole sequences with everything measured on them.
  ///
  /// A block that could not be written leaves no trace: it can be appended again.
  /// - Throws: `RunLogError`: `.noSpace` on a full disk, `.unwritable`.
  package func append(_ block: TokenLogBlock) throws(RunLogError) {
    precondition(!isFinished, "the log is published, closed or discarded")
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
    try journal.file.write(data, at: end)
    end += UInt64(data.count)
  }

  /// Writes the HDF5 file, gives it its final name and removes the journal.
  ///
  /// One column at a time is read back from the journal, so memory stays at some megabytes. After an
  /// error the old file is untouched and the journal still there: make room and call again, `close`
  /// or `discard`.
  /// - Throws: `RunLogError`: `.noSpace`, `.unwritable`.
  package func publish() throws(RunLogError) {
    precondition(!isFinished, "the log is published, closed or discarded")
    let publisher = Publisher(journal: journal.file, header: header, entries: entries)
    try Draft(of: destination).publishLog { (file) throws(RunLogError) in
      try publisher.write(to: file)
    }
    finish(removing: true)
  }

  /// Removes the journal; the old file stays as it is.
  ///
  /// Does nothing after `publish` or `close`.
  package func discard() { finish(removing: true) }

  /// Leaves the journal to another run that goes on with it; one without a finished block is removed.
  ///
  /// Does nothing after `publish` or `discard`.
  package func close() { finish(removing: entries.isEmpty) }

  private func finish(removing: Bool) {
    if isFinished { return }
    isFinished = true
    journal.close(removing: removing)
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
      func has(_ name: String) -> Bool { header.has(.named(name, .model), of: model) }
      for column in ModelColumn.allCases where has(column.rawValue) {
        expect(columns[column].count, column.rawValue)
      }
      for column in ModelIndexColumn.allCases where has(column.rawValue) {
        expect(columns[column].count, column.rawValue)
      }
      for bound in ModelBound.allCases where has(bound.rawValue) {
        expect(columns.bounds[bound]?.count ?? 0, bound.rawValue)
      }
      if !columns.unmeasured.isEmpty { expect(columns.unmeasured.count, "unmeasured") }
      if !has("topk/id") { continue }
      expect(columns.topK.ids.count, "topk/id", header.topK)
      expect(columns.topK.logProbabilities.count, "topk/logp", header.topK)
      expect(columns.topK.restLogMass.count, "topk/rest_logmass")
    }
    for columns in block.pairs {
      for column in PairColumn.allCases where header.has(.named(column.rawValue, .pair)) {
        expect(columns[column].count, column.rawValue)
      }
      for bound in PairBound.allCases where header.has(.named(bound.rawValue, .pair)) {
        expect(columns.bounds[bound]?.count ?? 0, bound.rawValue)
      }
      if header.hasPairReplicates { expect(columns.replicate.count, "replicate/js") }
      precondition(
        columns.moved.map { $0.holds(texts: block.sequences.count) }
          ?? (header.movedMassThreshold == nil),
        "moved mass that isn't of the block's \(block.sequences.count) texts")
    }
  }
}

extension TokenLogHeader {
  /// About how many bytes a log's journal will have: those of all columns, and of short texts' names.
  ///
  /// - Parameters:
  ///   - tokens: of all sequences.
  ///   - sequences: their number.
  ///   - movedEntries: of each pair's moved mass, if the log has it.
  /// - Returns: a size that lacks what lines of the texts say beside their ids.
  package func journalByteCount(tokens: Int, sequences: Int, movedEntries: Int) -> Int {
    // Ids, prompts' names and what else a line says of its text.
    let names = SequenceText.allCases.map { _ in 16 * sequences }
    let shape = BlockShape(
      tokens: tokens, sequences: sequences, textBytes: names,
      movedEntries: pairs.map { _ in movedEntries })
    return JournalField.all(for: self).reduce(0) { $0 + $1.byteCount(in: shape) }
  }
}
