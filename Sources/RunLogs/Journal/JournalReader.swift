internal import Foundation

/// The complete records of a journal.
///
/// Reading stops at the first record that is cut off or whose checksum is wrong: what a kill, a
/// full disk or a power cut left behind. A run that resumes appends at `end`.
package struct JournalReader {
  /// The journal's header.
  package let header: TokenLogHeader
  /// After the last complete record.
  package let end: UInt64
  let entries: [JournalEntry]

  /// The number of complete blocks.
  package var blockCount: Int { entries.count }
  /// The number of sequences in them, with which a resumed run need not begin again.
  package var sequenceCount: Int { entries.reduce(0) { $0 + $1.shape.sequences } }

  /// Reads and verifies a journal, in memory that doesn't grow with its blocks.
  package init(path: String) throws(RunLogError) {
    let file: JournalHandle
    do {
      file = JournalHandle(path: path, handle: try FileHandle(forReadingFrom: URL(filePath: path)))
    } catch { throw RunLogError(error, path, "cannot open", isReading: true) }
    try self.init(file)
  }

  /// Refuses a file that something else wrote: a run would replace it.
  ///
  /// A journal that was cut off, or whose blocks a power cut left as zeros, is ours.
  static func checkIsOurs(_ file: JournalHandle) throws(RunLogError) {
    let start = try file.read(JournalFile.magic.count, at: 0)
    guard JournalFile.magic.starts(with: start) || start.allSatisfy({ $0 == 0 }) else {
      throw RunLogError(
        .differs, file.path,
        "is another program's file, and this run keeps its journal under that name: move it, or "
          + "choose another name for the log")
    }
  }

  /// Reads and verifies a journal that is open.
  init(_ file: JournalHandle) throws(RunLogError) {
    let path = file.path
    guard try file.read(JournalFile.magic.count, at: 0) == JournalFile.magic else {
      throw RunLogError(.notALog, path, "not a journal of a token log")
    }
    var scan = RecordScan(file: file, offset: UInt64(JournalFile.magic.count))
    guard let first = try scan.next(), first.kind == .header else {
      throw RunLogError(.damaged, path, "the journal's header is incomplete: start again")
    }
    do {
      let json = try file.read(first.length, at: first.offset)
      header = try JSONDecoder().decode(TokenLogHeader.self, from: Data(json))
    } catch let error as RunLogError {
      throw error
    } catch {
      // Whole, by its checksum, but written with other fields: what it holds may be hours of work.
      throw RunLogError(
        .differs, path,
        "a stopped run of another version of TokenShift left it: go on with that, or remove it")
    }
    do throws(RunLogError) { try header.check() } catch {
      throw RunLogError(.damaged, path, "\(error.message): start again")
    }
    let fields = JournalField.all(for: header)
    var entries: [JournalEntry] = []
    var end = scan.offset
    while let record = try scan.next(), record.kind == .block {
      guard let entry = try Self.entry(record, header, fields, in: file) else { break }
      entries.append(entry)
      end = scan.offset
    }
    self.entries = entries
    self.end = end
  }

  /// The block's place; nil if its sizes contradict each other.
  private static func entry(
    _ record: RecordScan.Record, _ header: TokenLogHeader, _ fields: [JournalField],
    in file: JournalHandle
  ) throws(RunLogError) -> JournalEntry? {
    let start = BlockShape.encodedCount(header) * 8
    let numbers = LittleEndianBytes.decode(
      try file.read(start, at: record.offset), as: Int64.self)
    // Sizes that pass for themselves may still be more than a number holds together.
    guard let shape = BlockShape(numbers, header, recordBytes: record.length) else { return nil }
    var left = record.length - start
    for field in fields {
      guard let bytes = field.possibleByteCount(in: shape), bytes <= left else { return nil }
      left -= bytes
    }
    guard left == 0 else { return nil }
    return JournalEntry(offset: record.offset + UInt64(start), shape: shape)
  }
}

/// Goes from record to record, verifying each.
private struct RecordScan {
  struct Record {
    let kind: JournalFile.Kind
    /// Of the payload.
    let offset: UInt64
    let length: Int
  }

  let file: JournalHandle
  var offset: UInt64

  /// The next complete record; nil at the end or where the rest is torn.
  mutating func next() throws(RunLogError) -> Record? {
    let header = try file.read(JournalFile.recordHeaderBytes, at: offset)
    guard header.count == JournalFile.recordHeaderBytes else { return nil }
    let words = LittleEndianBytes.decode(header.prefix(8), as: UInt32.self)
    let length = LittleEndianBytes.decode(header.suffix(8), as: UInt64.self)[0]
    guard let kind = JournalFile.Kind(rawValue: words[0]), let length = Int(exactly: length) else {
      return nil
    }
    let start = offset + UInt64(header.count)
    var checksum = JournalFile.checksum(kind, length)
    var rest = length
    while rest > 0 {
      let piece = try file.read(min(rest, 1 << 20), at: start + UInt64(length - rest))
      if piece.isEmpty { return nil }
      checksum.update(piece)
      rest -= piece.count
    }
    guard checksum.value == words[1] else { return nil }
    offset = start + UInt64(length)
    return Record(kind: kind, offset: start, length: length)
  }
}
