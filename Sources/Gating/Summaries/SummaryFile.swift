package import Analysis
internal import Files
internal import Foundation

/// The file in which a run's summary lies: `LOG.tokenshift.json` beside a log, `.tokenshift.json` in a run's
/// folder; of a log's other models `LOG.MODEL.tokenshift.json`.
///
/// It is a cache that says what it is of: where a file of the log has another size or date, or the summary
/// is damaged or another version's, there is none. It may be deleted at any time; only the looks in it are
/// then gone.
package struct SummaryFile {
  /// Where it is.
  package let path: String
  /// The log's folder, with a slash.
  private let folder: String

  private static let ending = ".tokenshift.json"
  /// Longer ones are none; a summary is some ten thousand bytes.
  private static let mostBytes = 16 << 20

  /// - Parameter log: a log's path, or the folder of a run.
  package init(of log: String) {
    if FileIdentity(log)?.kind == .folder {
      folder = log.hasSuffix("/") ? log : log + "/"
      path = folder + Self.ending
    } else {
      path = log + Self.ending
      folder = log.lastIndex(of: "/").map { String(log[...$0]) } ?? ""
    }
  }

  private init(path: String, folder: String) { (self.path, self.folder) = (path, folder) }

  /// The file of one of a log's models, where the log's own is another's.
  ///
  /// - Parameter model: or author, whose name may be long and hold a slash.
  /// - Returns: the place, whether or not a file is there.
  package func file(of model: String) -> SummaryFile {
    let plain = model.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let name = (1...100).contains(plain.utf8.count) ? plain : Digest.of([model])
    let start = path.dropLast(Self.ending.count)
    return SummaryFile(path: "\(start).\(name)\(Self.ending)", folder: folder)
  }

  /// Whether a path is a summary's, by its name: what names all files of a folder names these as well.
  package static func isSummary(_ path: String) -> Bool { path.hasSuffix(ending) }

  /// What files are like now.
  ///
  /// - Parameter paths: of the log.
  /// - Returns: one for each; those that aren't there are kept as such.
  package func stamps(_ paths: [String]) -> [RunSummary.File] {
    paths.map { path in
      let stamp = FileStamp(path)
      return RunSummary.File(
        name: name(path), size: stamp?.size, modified: stamp?.modified)
    }
  }

  /// Below the folder, so that log and summary can move together; absolute elsewhere.
  private func name(_ path: String) -> String {
    path.hasPrefix(folder)
      ? String(path.dropFirst(folder.count).drop { $0 == "/" })
      : URL(filePath: path).standardizedFileURL.path
  }

  /// The summary if it is of the log as it is, and of this question.
  ///
  /// - Parameters:
  ///   - question: which models are meant; where nothing is asked for, any summary's answer does.
  ///   - paths: the log's files as far as they are known without reading it.
  /// - Returns: nil where the log has to be read.
  package func fresh(for question: RunSummary.Question, paths: [String]) -> RunSummary? {
    guard let summary = stored, question.isOpen || summary.question == question,
      stamps(paths).allSatisfy(summary.files.contains),
      summary.files.allSatisfy({ stamps([place(of: $0)]) == [$0] })
    else { return nil }
    return summary
  }

  private func place(of file: RunSummary.File) -> String {
    file.name.hasPrefix("/") ? file.name : folder + file.name
  }

  /// The summary as it lies there, however old; nil where there is none that can be read.
  var stored: RunSummary? {
    guard let stamp = FileStamp(path), stamp.size <= Self.mostBytes,
      let data = FileManager.default.contents(atPath: path),
      let summary = try? JSONDecoder().decode(RunSummary.self, from: data),
      summary.version == RunSummary.newestVersion
    else { return nil }
    return summary
  }

  /// Puts a candidate's summary there; one of another model that the log's own was goes into that model's.
  ///
  /// - Throws: as `write`.
  func writeFirst(_ summary: RunSummary) throws {
    if let old = stored, old.model != summary.model, old.files == summary.files {
      try file(of: old.model).write(old)
    }
    var summary = summary
    // Its earlier looks may lie apart.
    if let old = file(of: summary.model).stored, old.evaluation == summary.evaluation {
      summary.addLooks(of: old)
    }
    try write(summary)
  }

  /// Puts a summary there, or where the log's own is another model's into the model's.
  ///
  /// - Throws: as `write`.
  func writeBeside(_ summary: RunSummary) throws -> RunSummary {
    if let old = stored, old.model != summary.model, old.files == summary.files {
      return try file(of: summary.model).write(summary)
    }
    return try write(summary)
  }

  /// Puts a summary there, with the looks that the old one had at the same evaluation.
  ///
  /// The file is replaced whole, also where several processes do so at once: one of theirs stays.
  ///
  /// - Returns: what is there now.
  /// - Throws: `DestinationError` where the name is no file's, else Foundation's errors.
  @discardableResult
  package func write(_ summary: RunSummary) throws -> RunSummary {
    var summary = summary
    if let old = stored, old.evaluation == summary.evaluation {
      summary.addLooks(of: old)
      if old == summary { return summary }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let target = try Destination(path).target
    try (try encoder.encode(summary) + Data("\n".utf8))
      .write(to: URL(filePath: target), options: .atomic)
    return summary
  }
}

extension RunSummary {
  /// Puts an older summary's looks before its own.
  fileprivate mutating func addLooks(of old: RunSummary) {
    let new = looks
    looks = old.looks
    for look in new { record(look) }
  }
}
