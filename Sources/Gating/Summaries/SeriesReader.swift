package import Analysis
internal import Foundation
package import Reporting
internal import RunLogs

/// Reads many runs: from their summaries where these are of the logs as they are, else from the logs, with
/// new summaries left beside them.
package struct SeriesReader {
  /// Opens a log.
  package typealias Opening = (String) throws -> GateInput
  /// The files of a log as far as they are known without opening it.
  package typealias Listing = (String) -> [String]

  private let question: RunSummary.Question
  private let open: Opening
  private let files: Listing
  /// Logs that were read whole.
  package private(set) var readCount = 0
  /// Where no summary could be left, with the reasons.
  package private(set) var unwritten: [String] = []

  /// - Parameters:
  ///   - question: which models of the logs are meant.
  ///   - files: see `Listing`.
  ///   - open: see `Opening`.
  package init(
    _ question: RunSummary.Question, files: @escaping Listing, open: @escaping Opening
  ) {
    (self.question, self.files, self.open) = (question, files, open)
  }

  /// One run.
  ///
  /// - Throws: `RunLogError`, `TextError`, `GateInputError` or what opening throws, naming the file.
  package mutating func run(_ path: String) throws -> SeriesReport.Run {
    guard !SummaryFile.isSummary(path) else {
      throw GateInputError(path, "is a summary: name the log that it is of")
    }
    let file = SummaryFile(of: path)
    let paths = files(path)
    let apart = question.model.map(file.file)
    if let summary = file.fresh(for: question, paths: paths)
      ?? apart?.fresh(for: question, paths: paths)
    {
      return .init(path: path, summary: summary)
    }
    readCount += 1
    // As they are before anything is read: a change meanwhile makes the summary an old one.
    let stamps = file.stamps(paths)
    let input = try open(path)
    var names = GateNames(option: "--model")
    (names.base, names.model) = (question.base, question.model)
    names.fixedAuthors = question.fixedAuthors
    let summary = RunSummary(
      try GateReading(input, names).run, kind: input.kind, files: file.all(stamps, of: input),
      question: question, created: input.created)
    do { return .init(path: path, summary: try file.writeBeside(summary)) } catch {
      unwritten.append("\(file.path): no summary can be left there: \(error)")
      return .init(path: path, summary: summary)
    }
  }
}

extension SummaryFile {
  /// With the sources of a virtual log, which are known once it is open.
  func all(_ stamps: [RunSummary.File], of input: GateInput) -> [RunSummary.File] {
    guard case .tokens(let log, _) = input else { return stamps }
    return stamps + self.stamps(Array(log.files.dropFirst()))
  }
}

extension GateInput {
  var kind: RunSummary.Kind {
    switch self {
    case .tokens: .tokens
    case .training: .training
    case .answers: .answers
    }
  }

  /// When it was made, as it says.
  var created: String? {
    guard case .tokens(let log, _) = self, !log.header.created.isEmpty else { return nil }
    return log.header.created
  }
}
