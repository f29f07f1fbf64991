internal import Files
internal import HDF5

/// Shards of one run that together are the run: the log that they make.
///
/// Columns are those of a single run over all texts, bit for bit, because shards are cut where
/// batches begin.
package struct TokenLogMerge {
  /// How the merged log holds the columns.
  package enum Form: Sendable, CaseIterable {
    /// All columns are copied: the log stands for itself.
    case copy
    /// Columns are virtual datasets of HDF5: the log is small, and needs the shards at their places.
    case virtual
  }

  /// The logs of the shards, in the order of their texts.
  package let paths: [String]
  /// The merged log's texts.
  package let sequenceCount: Int
  /// The merged log's tokens.
  package let tokenCount: Int
  let parts: [ShardLog]
  /// What all shards say about their origin.
  private let header: TokenLogHeader

  /// Opens the shards and checks that they are parts of one run, each once and none missing.
  ///
  /// - Parameter paths: their logs, in any order.
  /// - Throws: `RunLogError`: `.differs` if digests or settings differ, or parts overlap or are
  ///   missing; or why a file is no log.
  package init(paths: [String]) throws(RunLogError) {
    var parts: [ShardLog] = []
    var common: TokenLogHeader?
    for path in paths {
      // Of the headers, which hold vocabularies, only one is kept.
      let log = try TokenLog(path: path)
      guard let shard = log.header.shard else {
        throw RunLogError(
          .differs, path, "is no shard but a log of all texts: merge logs of 'score --shard'")
      }
      if let common, let first = parts.first {
        if let difference = common.difference(from: log.header, ignoringShards: true) {
          throw RunLogError(
            .differs, path,
            "is of another run than \(first.path): \(difference); score it again like the others")
        }
      } else {
        common = log.header
      }
      parts.append(try ShardLog(log, shard))
    }
    guard let common else {
      throw RunLogError(.differs, "", "no shards: name the logs of 'score --shard'")
    }
    parts.sort { $0.order < $1.order }
    try Self.checkCoverage(parts, of: common.texts.textCount)
    header = common
    self.parts = parts
    self.paths = parts.map(\.path)
    sequenceCount = parts.reduce(0) { $0 + $1.sequenceCount }
    tokenCount = parts.reduce(0) { $0 + $1.tokenCount }
  }

  /// Refuses overlaps and gaps.
  private static func checkCoverage(_ parts: [ShardLog], of textCount: Int) throws(RunLogError) {
    for (part, next) in zip(parts, parts.dropFirst()) {
      let same = (part.shard.index, part.shard.count) == (next.shard.index, next.shard.count)
      guard !same, next.shard.texts.lowerBound >= part.shard.texts.upperBound else {
        throw RunLogError(
          .differs, next.path,
          same
            ? "is shard \(next.shard.index) of \(next.shard.count), as \(part.path) is: give each once"
            : "its texts overlap those of \(part.path): give each text once")
      }
    }
    let missing = missingShards(parts)
    let total = parts.first?.shard.count ?? 0
    if !missing.isEmpty {
      let list = missing.map(String.init).joined(separator: ", ")
      throw RunLogError(
        .differs, "",
        "shard\(missing.count == 1 ? "" : "s") \(list) of \(total) "
          + (missing.count == 1 ? "is" : "are")
          + " missing: score with --shard \(missing[0])/\(total) and name the log")
    }
    var end = 0
    for part in parts {
      guard part.shard.texts.lowerBound == end else {
        throw gap(end..<part.shard.texts.lowerBound, before: part.path)
      }
      end = part.shard.texts.upperBound
    }
    guard end == textCount else { throw gap(end..<textCount, before: "the end") }
  }

  /// Numbers that no shard has, where all are cut into as many.
  private static func missingShards(_ parts: [ShardLog]) -> [Int] {
    let counts = Set(parts.map(\.shard.count))
    guard counts.count == 1, let count = counts.first else { return [] }
    return (1...count).filter { index in !parts.contains { $0.shard.index == index } }
  }

  private static func gap(_ texts: Range<Int>, before place: String) -> RunLogError {
    RunLogError(
      .differs, "",
      "texts \(texts.lowerBound + 1) to \(texts.upperBound), before \(place), are in no shard: "
        + "name the shard that has them")
  }

  /// Writes the merged log under its final name, in one rename.
  ///
  /// - Parameters:
  ///   - destination: no shard's own file.
  ///   - form: copy or virtual.
  ///   - created: when, in ISO 8601.
  ///   - commandLine: ready to be pasted.
  ///   - progress: gets how many columns are written, of how many; what it throws ends the work.
  /// - Throws: `RunLogError`: `.noSpace`, `.unwritable`, `.damaged`, or what `progress` throws; nothing
  ///   is left then.
  package func write(
    to destination: String, as form: Form, created: String, commandLine: String,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws {
    do throws(DestinationError) {
      try SparedFiles(paths).check(destination, isOwn: { _ in true })
    } catch { throw RunLogError(error) }
    var header = header
    header.shard = nil
    header.created = created
    header.commandLine = commandLine
    let target: String
    do { target = try Destination(destination).target } catch { throw RunLogError(error) }
    let writer = MergeWriter(parts: parts, header: header, form: form, destination: target)
    try Draft(of: target).publish { try writer.write(to: $0, progress: progress) }
  }
}

/// A shard's log, without its header.
struct ShardLog {
  let path: String
  let shard: ShardRecord
  let file: HDF5File
  let sequenceCount: Int
  let tokenCount: Int
  let commandLine: String

  init(_ log: TokenLog, _ shard: ShardRecord) throws(RunLogError) {
    guard log.sequenceCount == shard.texts.count else {
      throw RunLogError(
        .damaged, log.path, "has \(log.sequenceCount) texts, its header \(shard.texts.count)")
    }
    path = log.path
    self.shard = shard
    file = log.file
    sequenceCount = log.sequenceCount
    tokenCount = log.tokenCount
    commandLine = log.header.commandLine
  }

  /// By texts; shards without any lie between their neighbours.
  var order: (Int, Int, Int) { (shard.texts.lowerBound, shard.texts.upperBound, shard.index) }
}
