internal import Files
internal import Foundation
internal import JSON
internal import Training

/// The files of an intervention.
struct InterventionFolder {
  let path: String

  /// Of what everything here is made.
  var record: String { path + "/intervene-settings.json" }
  var result: String { path + "/intervene.json" }
  /// A model's own responses.
  func texts(of author: String) -> String { "\(path)/\(author).jsonl" }
  /// Its responses after swaps.
  func swaps(of author: String, by other: String) -> String { "\(path)/\(author)+\(other).jsonl" }

  /// Whether the folder holds a part of this intervention that is to be kept.
  ///
  /// - Parameters:
  ///   - text: of the record that it would have.
  ///   - files: all that this intervention writes beside the record.
  ///   - resuming: whether finished parts are kept.
  ///   - overwriting: whether others may be replaced.
  /// - Returns: false where nothing is there or all of it may go.
  /// - Throws: `InterventionError` where it holds another one, or one that nobody said what to do with, or a
  ///   file of the record's name that is none.
  func isBegun(
    _ text: String, files: [String], resuming: Bool, overwriting: Bool
  ) throws -> Bool {
    let old = FileManager.default.contents(atPath: record)
    guard old.map(Self.isRecord) ?? !FileManager.default.fileExists(atPath: record) else {
      throw InterventionError(
        record, "is there and no record of an intervention; choose another --output, or move it")
    }
    if overwriting { return false }
    guard let old else {
      for path in files where FileManager.default.fileExists(atPath: path) {
        throw InterventionError(
          path,
          "is there and of no intervention; choose another --output, or --overwrite to replace it")
      }
      return false
    }
    guard resuming else {
      throw InterventionError(
        record, "an intervention was begun here; --resume goes on with it, --overwrite begins anew")
    }
    guard old == Data(text.utf8) else {
      throw InterventionError(
        record,
        "is of other models, problems or settings; choose another --output, or --overwrite to begin "
          + "anew")
    }
    return true
  }

  /// Takes away what another intervention left, and says of what the folder is.
  ///
  /// In this order: whenever it is killed, no record stands beside files of another intervention.
  func begin(_ text: String, files: [String]) throws {
    try Folder.create(path)
    for path in [record] + files.flatMap({ [$0, Self.draft(of: $0)] })
    where FileManager.default.fileExists(atPath: path) {
      do { try FileManager.default.removeItem(atPath: path) } catch {
        throw FileError(error, path: path)
      }
    }
    try OutputFile.write(text, to: record)
  }

  /// Whether a file says of what an intervention is made, of this version or another.
  private static func isRecord(_ data: Data) -> Bool {
    guard let value = try? JSONValue(parsing: [UInt8](data)) else { return false }
    return value["models"]?.arrayValue?.count == 2 && value["problems"] != nil
      && value["settings"]?["selectors"]?.arrayValue != nil
  }

  static func draft(of path: String) -> String { path + ".unfinished" }

  /// Makes lines in batches, those that are there kept; a file without its draft's ending is whole.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - count: of its lines.
  ///   - batch: lines that are made together: only whole batches are kept, so that each line has the same
  ///     bits wherever a run was stopped.
  ///   - batches: made in one go.
  ///   - make: gets a range of lines to make.
  ///   - pause: called after each go with the number of lines; what it throws ends the work, and
  ///     what is finished stays.
  /// - Returns: all lines.
  /// - Throws: `InterventionError` for a finished file of another length, `FileError`, and what `make` and
  ///   `pause` throw.
  func lines(
    _ path: String, count: Int, batch: Int, batches: Int, make: (Range<Int>) throws -> [String],
    pause: (Int) throws -> Void
  ) throws -> [[UInt8]] {
    if FileManager.default.fileExists(atPath: path) {
      let lines = try JSONLinesJournal.lines(of: path)
      guard lines.count == count else {
        throw InterventionError(
          path, "has \(lines.count) lines, not \(count); --overwrite begins anew")
      }
      return lines.map { Array($0) }
    }
    let draft = Self.draft(of: path)
    var kept = try JSONLinesJournal.lines(of: draft)
    kept = Array(kept.prefix(kept.count >= count ? count : kept.count / batch * batch))
    let journal = try JSONLinesJournal(path: draft, keeping: kept)
    var lines = kept.map { Array($0) }
    try pause(lines.count)
    while lines.count < count {
      let made = try make(lines.count..<min(lines.count + batch * batches, count))
      try journal.append(made.map { $0 + "\n" }.joined())
      lines += made.map { Array($0.utf8) }
      try pause(lines.count)
    }
    try journal.synchronize()
    try journal.rename(to: path)
    return lines
  }
}
