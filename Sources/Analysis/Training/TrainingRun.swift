public import RunLogs

/// A training run as figures take it.
public struct TrainingRun: Sendable, Equatable {
  /// Where its log is, as messages and captions name it.
  public let path: String
  /// The folder's name, say `rl-1`.
  public let folderName: String
  /// What the user calls its condition; nil to find a name.
  public let label: String?
  /// Its numbers.
  public let log: TrainingLog
  let configuration: ConfigurationText

  /// A run with its log.
  ///
  /// - Parameters:
  ///   - path: where the log is, for messages.
  ///   - folderName: for names of conditions.
  ///   - label: runs with equal labels are one condition; nil to go by the configuration.
  ///   - log: with the attribute `configuration`, if it is to share a condition.
  public init(path: String, folderName: String, label: String? = nil, log: TrainingLog) {
    (self.path, self.folderName, self.label, self.log) = (path, folderName, label, log)
    configuration = ConfigurationText(log.attributes["configuration"] ?? "")
  }

  /// The column of a metric; nil if the log has none or nothing was measured.
  func column(_ metric: String) -> TrainingLog.Column? {
    log.columns.first { $0.name == metric && $0.values.contains { !$0.isNaN } }
  }
}

/// Runs can't be drawn together as they are.
public enum TrainingRunError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Two logs of one configuration and one seed.
  case sameRun(String, String)
  /// Two logs mean different things by one name.
  case definitionsDiffer(metric: String, String, String)
  /// A log without a step.
  case noSteps(path: String)

  /// One line: what, where, and the mend.
  public var description: String {
    switch self {
    case .sameRun(let first, let second):
      "\(second): has the configuration and the seed of \(first); name each run once"
    case .definitionsDiffer(let metric, let first, let second):
      "\(second): defines '\(metric)' otherwise than \(first); draw these runs apart"
    case .noSteps(let path):
      "\(path): holds no step yet; draw it when the run has made one"
    }
  }
}

/// A run's recorded YAML as names and values, in its order.
///
/// It reads what `train` writes: mappings by indentation, one value a line. A list stays with the
/// name above it.
struct ConfigurationText: Sendable, Equatable {
  /// Names with dots, such as `optimizer.learning-rate`, and the values as written.
  private(set) var values: [(key: String, value: String)] = []

  init(_ yaml: String) {
    var parents: [(indent: Int, name: String)] = []
    for line in yaml.split(whereSeparator: \.isNewline) {
      let indent = line.prefix { $0 == " " }.count
      let text = line.dropFirst(indent)
      guard !text.isEmpty, text.first != "#" else { continue }
      parents.removeAll { $0.indent >= indent }
      let path = parents.map(\.name)
      guard text.first != "-", let colon = text.firstRange(of: ":") else {
        values.append((path.joined(separator: "."), String(text)))
        continue
      }
      let name = String(text[..<colon.lowerBound])
      let value = text[colon.upperBound...].drop { $0 == " " }
      parents.append((indent, name))
      if !value.isEmpty {
        values.append(((path + [name]).joined(separator: "."), Self.unquoted(value)))
      }
    }
  }

  static func == (a: Self, b: Self) -> Bool {
    a.values.elementsEqual(b.values) { $0.key == $1.key && $0.value == $1.value }
  }

  subscript(key: String) -> String? { values.first { $0.key == key }?.value }

  private static func unquoted(_ value: Substring) -> String {
    guard value.count >= 2, value.first == "'", value.last == "'" else { return String(value) }
    return String(value.dropFirst().dropLast()).replacing("''", with: "'")
  }
}
