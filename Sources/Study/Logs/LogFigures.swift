package import Analysis
package import Files
package import Foundation
package import Plotting
internal import Reporting
package import RunLogs

/// All figures that some logs allow: those of a token log or a map each, those of training runs
/// together.
package struct LogFigures {
  private let sources: [LogSource]
  /// The pairs of token logs; nil for all.
  package var pairs: [PairName]?
  /// Ids of texts to draw token by token; empty for a typical one of each author.
  package var texts: [String] = []
  /// Three models of which each was trained from the one before, as declared; nil for none.
  package var lineage: Lineage?
  /// Steps averaged in a curve of a training log, odd; nil to go by the number of steps.
  package var smoothedSteps: Int?
  /// Whether entropies of runs that sampled at different temperatures may be drawn together.
  package var mixesDefinitions = false

  /// The figures of these.
  package init(_ sources: [LogSource]) { self.sources = sources }

  /// What was drawn.
  package struct Drawn {
    /// The figures' files.
    package var files: [FigureFiles] = []
    /// Authors of texts that have no token heat map.
    package var omittedSourceCount = 0
  }

  /// Draws them.
  ///
  /// - Parameters:
  ///   - folder: made if it isn't there; several logs of a kind have a folder each in it.
  ///   - spared: files that are read.
  /// - Returns: what was drawn.
  /// - Throws: `FigureError`, `RunLogError`, `PlottingError` or `DestinationError`.
  package func write(to folder: URL, sparing spared: SparedFiles) throws -> Drawn {
    let tokenLogs = sources.compactMap { source in
      if case .tokens(let path, let log) = source { (path, log) } else { nil }
    }
    let maps = sources.compactMap { source in
      if case .dynamics(let path, let log) = source { (path, log) } else { nil }
    }
    let runs = sources.compactMap { source in
      if case .training(let run) = source { run } else { nil }
    }
    var spared = spared
    for file in tokenLogs.flatMap(\.1.files) { spared.add(file) }
    var drawn = Drawn()
    for (path, log) in tokenLogs {
      _ = try log.firstPair()
      let table = try TokenTable(log)
      let set = try FigureSet(
        of: table, pairs: pairs, responses: try log.sequences(named: texts),
        steps: try lineage.map { try StepDecomposition(of: $0, in: table) })
      drawn.omittedSourceCount += set.omittedSourceCount
      drawn.files += try set.write(
        to: Self.folder(folder, for: path, of: tokenLogs.count), sparing: spared)
    }
    for (path, log) in maps {
      let set = try FigureSet(of: LearningDynamics(log))
      drawn.files += try set.write(
        to: Self.folder(folder, for: path, of: maps.count), sparing: spared)
    }
    if !runs.isEmpty {
      let set = try FigureSet(
        of: try TrainingCondition.group(runs, mixesDefinitions: mixesDefinitions),
        window: smoothedSteps)
      drawn.files += try set.write(to: folder, sparing: spared)
    }
    return drawn
  }

  /// Several logs of one kind would overwrite each other's figures.
  private static func folder(_ folder: URL, for path: String, of count: Int) -> URL {
    guard count > 1 else { return folder }
    return folder.appending(path: URL(filePath: path).deletingPathExtension().lastPathComponent)
  }
}
