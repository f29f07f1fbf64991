package import RunLogs

/// A training run as figures take it.
package struct TrainingRun: Sendable, Equatable {
  /// Where its log is, as messages and captions name it.
  package let path: String
  /// The folder's name, say `rl-1`.
  package let folderName: String
  /// What the user calls its condition; nil to find a name.
  package let label: String?
  /// Its numbers.
  package let log: TrainingLog
  let configuration: ConfigurationText

  /// A run with its log.
  ///
  /// - Parameters:
  ///   - path: where the log is, for messages.
  ///   - folderName: for names of conditions.
  ///   - label: runs with equal labels are one condition; nil to go by the configuration.
  ///   - log: with the attribute `configuration`, if it is to share a condition.
  package init(path: String, folderName: String, label: String? = nil, log: TrainingLog) {
    (self.path, self.folderName, self.label, self.log) = (path, folderName, label, log)
    configuration = ConfigurationText(log.attributes["configuration"] ?? "")
  }

  /// By what logits were divided in sampling, as an imported log or a run's configuration says it; nil where
  /// nobody does.
  var samplingTemperature: Double? {
    (log.attributes["sampling_temperature"] ?? configuration["rollouts.temperature"])
      .flatMap { Double($0) }
  }

  /// The column of a metric; nil if the log has none or nothing was measured.
  func column(_ metric: String) -> TrainingLog.Column? {
    log.columns.first { $0.name == metric && $0.values.contains { !$0.isNaN } }
  }
}

/// Runs can't be drawn together as they are.
package enum TrainingRunError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Two logs of one configuration and one seed.
  case sameRun(String, String)
  /// Two logs mean different things by one name.
  case definitionsDiffer(metric: String, String, String)
  /// Entropies of two logs are at different temperatures of sampling; nil where nobody says it.
  case temperaturesDiffer(String, Double?, String, Double?)
  /// A log without a step.
  case noSteps(path: String)

  /// One line: what, where, and the fix.
  package var description: String {
    switch self {
    case .sameRun(let first, let second):
      "\(second): has the configuration and the seed of \(first); name each run once"
    case .definitionsDiffer(let metric, let first, let second):
      "\(second): defines '\(metric)' otherwise than \(first); draw these runs apart"
    case .temperaturesDiffer(let first, let one, let second, let other):
      "\(second): its entropies are \(Self.words(other)), those of \(first) "
        + "\(Self.words(one)), so they are different quantities: say what is missing with 'import "
        + "--temperature', or draw them all the same with --mixed-definitions"
    case .noSteps(let path):
      "\(path): holds no step yet; draw it when the run has made one"
    }
  }

  private static func words(_ temperature: Double?) -> String {
    temperature.map { "at temperature \($0)" } ?? "at an unknown temperature"
  }
}
