internal import Files
internal import Foundation
internal import RunLogs
internal import Yams

/// What a user says about the columns of a file: YAML.
///
///     step: _step
///     temperature: 1.0
///     aggregation: mean over the ten steps before
///     columns:
///       loss: train/step_loss
///       stopped_share: {complement: clip_ratio}
///
/// Of a file with tokens: `tokens:`, which `TokenMapping` explains, and nothing else.
package struct ImportMapping: Sendable, Equatable {
  /// A column of the dictionary, and theirs.
  struct Entry: Sendable, Equatable {
    var metric: TrainingMetric
    var source: String
    /// Ours is 1 − theirs.
    var isComplement = false
  }

  /// The file, for messages.
  let path: String
  /// Their column of steps; nil where the format has its own.
  let step: String?
  /// The temperature of sampling.
  let temperature: Double?
  /// What a row's values are over.
  let aggregation: String?
  let entries: [Entry]
  /// Of a file with tokens.
  package let tokens: TokenMapping?

  /// Reads a mapping.
  ///
  /// - Throws: `ImportFault` naming the file and the key.
  package init(path: String) throws(ImportFault) {
    self.path = path
    let root = try Self.root(path)
    guard case .mapping(let mapping)? = root else {
      throw ImportFault(path, nil, "is no mapping; write 'step: COLUMN' and 'columns:'")
    }
    var (step, temperature, aggregation): (String?, Double?, String?) = (nil, nil, nil)
    var entries: [Entry] = []
    var tokens: TokenMapping?
    for (key, value) in mapping {
      let name = key.string ?? ""
      switch name {
      case "step": step = try Self.text(value, of: name, path)
      case "aggregation": aggregation = try Self.text(value, of: name, path)
      case "temperature":
        temperature = Double(try Self.text(value, of: name, path))
        guard let number = temperature, number > 0, number.isFinite else {
          throw ImportFault(path, name, "is no number above 0; give the temperature of sampling")
        }
      case "tokens": tokens = try TokenMapping(value, path: path)
      case "columns":
        guard case .mapping(let columns) = value else {
          throw ImportFault(path, name, "is no mapping; write 'reward: THEIR COLUMN' below it")
        }
        for (key, value) in columns { entries.append(try Self.entry(key, value, path)) }
      default:
        throw ImportFault(
          path, NameList.shortened(name),
          "is not known here; the keys are step, temperature, aggregation, columns, tokens")
      }
    }
    guard Set(entries.map(\.metric)).count == entries.count else {
      throw ImportFault(path, "columns", "names a metric twice; keep one of them")
    }
    guard
      tokens == nil || (entries.isEmpty && step == nil && aggregation == nil && temperature == nil)
    else {
      throw ImportFault(
        path, "tokens",
        "is for files with tokens, and what is beside it for metrics; keep 'tokens' alone, with a "
          + "temperature below it")
    }
    guard !entries.isEmpty || tokens != nil else {
      throw ImportFault(path, "columns", "names no metric; write 'reward: THEIR COLUMN' below it")
    }
    (self.step, self.temperature, self.aggregation) = (step, temperature, aggregation)
    (self.entries, self.tokens) = (entries, tokens)
  }

  private static func root(_ path: String) throws(ImportFault) -> Node? {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ImportFault(path, nil, "can't be read; name a file with a mapping")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ImportFault(path, nil, "is not UTF-8; convert it with iconv")
    }
    if let problem = YAMLAlias.problem(in: text, of: "mappings") {
      throw ImportFault(path, nil, problem)
    }
    do { return try Yams.compose(yaml: text) } catch {
      let words = "\(error)".split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
      throw ImportFault(path, nil, "is no YAML: \(words); repair it")
    }
  }

  private static func text(
    _ node: Node, of key: String, _ path: String
  ) throws(ImportFault) -> String {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      throw ImportFault(path, key, "has no value of its own; write '\(key): VALUE'")
    }
    return scalar.string
  }

  private static func entry(
    _ key: Node, _ value: Node, _ path: String
  ) throws(ImportFault) -> Entry {
    let name = key.string ?? ""
    guard let metric = TrainingMetric(rawValue: name) else {
      throw ImportFault(
        path, "columns, \(NameList.shortened(name))",
        "is no metric of the dictionary, which 'tokenshift train --metrics' prints")
    }
    guard case .mapping(let options) = value else {
      return Entry(metric: metric, source: try text(value, of: name, path))
    }
    guard options.count == 1, let source = options["complement"] else {
      throw ImportFault(
        path, "columns, \(name)", "write the name of a column, or {complement: COLUMN} for 1 − it")
    }
    return Entry(metric: metric, source: try text(source, of: name, path), isComplement: true)
  }
}
