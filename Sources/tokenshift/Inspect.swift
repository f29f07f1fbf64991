import Adapters
import ArgumentParser
import Files
import Foundation
import HDF5
import JSON
import Kernels
import Reporting
import RunLogs
import Safetensors
import Scoring
import Tensors
import Tokenization
import Transformer

/// `tokenshift inspect`: what a path is.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what a checkpoint folder, a safetensors file or a token log is.",
    discussion: """
      Architecture, sizes, stored types and digests of a checkpoint; tensors of a safetensors file; \
      schema, origin, models and pairs of a log.

      Example:
        tokenshift inspect ckpt/base log.h5
      """)

  @Argument(help: ArgumentHelp("Folders or files.", valueName: "PATH"))
  var paths: [String]

  @Flag(name: .customLong("json"), help: "Print the result as JSON.")
  var isJSON = false

  @OptionGroup var remoteCode: RemoteCode

  func run() throws {
    let descriptions = try paths.map {
      try Description.of($0, ignoresRemoteCode: remoteCode.isIgnored)
    }
    if isJSON {
      try Terminal.printResult(Verbosity.text(of: descriptions))
    } else {
      try Terminal.printResult(descriptions.map(\.text).joined(separator: "\n\n"))
    }
  }
}

/// Named facts about a path, in order.
struct Description: Encodable {
  let path: String
  let kind: String
  private var facts: [(name: String, value: Value)] = []

  /// A fact, or several of one kind under names that come from files.
  private enum Value {
    case text(String)
    case group([(name: String, text: String)])
  }

  init(path: String, kind: String) { (self.path, self.kind) = (path, kind) }

  mutating func add(_ name: String, _ value: String) { facts.append((name, .text(value))) }

  mutating func add(_ name: String, _ values: [(name: String, text: String)]) {
    facts.append((name, .group(values)))
  }

  var text: String {
    let rows = facts.flatMap { name, value -> [(name: String, text: String)] in
      switch value {
      case .text(let text): [(Terminal.harmless(name), Terminal.harmless(text))]
      case .group(let members):
        members.map { (Terminal.harmless("\(name) \($0.name)"), Terminal.harmless($0.text)) }
      }
    }
    let width = rows.map(\.name.count).max() ?? 0
    let lines = rows.map { name, text in
      "  " + name + String(repeating: " ", count: width - name.count + 2) + text
    }
    return ([Terminal.harmless("\(path): \(kind)")] + lines).joined(separator: "\n")
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(path, forKey: Key(stringValue: "path"))
    try container.encode(kind, forKey: Key(stringValue: "kind"))
    for (name, value) in facts {
      switch value {
      case .text(let text): try container.encode(text, forKey: Key(stringValue: name))
      case .group(let members):
        // An object of its own: a tensor may be called "path".
        var group = container.nestedContainer(
          keyedBy: Key.self, forKey: Key(stringValue: name))
        for member in members {
          try group.encode(member.text, forKey: Key(stringValue: member.name))
        }
      }
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension Description {
  /// Finds out what a path is from its contents.
  static func of(_ path: String, ignoresRemoteCode: Bool) throws -> Description {
    guard !path.isEmpty else {
      throw ValidationError("'' is no path; name a folder or a file")
    }
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
      if path.contains("+"), ModelFolder.isModel(path) {
        return try checkpoint(path, ignoresRemoteCode)
      }
      throw ScoringError.unreadable(path: path, reason: "no such file or folder")
    }
    let target = URL(filePath: path).resolvingSymlinksInPath()
    let isFolder = (try? target.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
    if isFolder || attributes[.type] as? FileAttributeType == .typeDirectory {
      return try checkpoint(path, ignoresRemoteCode)
    }
    let start = FileHandle(forReadingAtPath: path)?.readData(ofLength: 8) ?? Data()
    if FileFormat(start: start) == .hdf5 { return try log(path) }
    if path.hasSuffix(".safetensors") { return try safetensors(path) }
    throw ScoringError.unreadable(
      path: path,
      reason: "neither a checkpoint folder nor a .safetensors file nor an HDF5 log")
  }

  private static func checkpoint(
    _ path: String, _ ignoresRemoteCode: Bool
  ) throws -> Description {
    let checkpoint = try Checkpoint(
      name: "model", directory: path, ignoresRemoteCode: ignoresRemoteCode)
    let configuration = checkpoint.model.configuration
    let heads = configuration.heads
    var description = Description(path: path, kind: "checkpoint")
    description.add("architecture", configuration.family.architecture)
    let options = configuration.options.descriptions
    if !options.isEmpty { description.add("options", options.joined(separator: ", ")) }
    description.add("parameters", Number.count(checkpoint.parameterCount))
    description.add("stored as", checkpoint.storedTypes.joined(separator: ", "))
    if !checkpoint.nameNotes.isEmpty {
      description.add("names", checkpoint.nameNotes.joined(separator: ", "))
    }
    let unused = checkpoint.model.unusedTensors
    if let first = unused.first {
      let more = unused.count > 1 ? " and \(unused.count - 1) more" : ""
      description.add("not used", "tensor '\(first)'\(more), as transformers leaves them out too")
    }
    description.add("layers", "\(configuration.layerCount)")
    description.add(
      "widths", "\(configuration.hiddenSize) hidden, \(configuration.intermediateSize) feed-forward"
    )
    description.add(
      "heads",
      "\(heads.queryCount) query, \(heads.keyValueCount) key-value, \(heads.dimension) wide")
    description.add(
      "vocabulary",
      "\(Number.count(configuration.vocabularySize)), head "
        + (configuration.tiesEmbeddings ? "tied to the embedding" : "of its own"))
    description.add("context", Number.count(configuration.contextLength))
    if let tokenizer = checkpoint.tokenizer {
      description.add(
        "tokenizer",
        "\(Number.count(tokenizer.vocabularySize)) tokens, content \(tokenizer.contentDigest)")
      if let name = tokenizer.rebuiltAs {
        description.add(
          "its pipeline", "built as transformers' \(name) does, not as tokenizer.json has it")
      }
    } else if let error = checkpoint.tokenizerError {
      description.add("tokenizer", "can't be used: \(error)")
    } else {
      description.add("tokenizer", "none")
    }
    if checkpoint.unreadConfigurationKeys != "{}" {
      description.add("config.json, never read", checkpoint.unreadConfigurationKeys)
    }
    description.add(
      "SHA-256", checkpoint.digests.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    return description
  }

  private static func safetensors(_ path: String) throws -> Description {
    let file = try SafetensorsFile(path: path)
    var description = Description(path: path, kind: "safetensors file")
    description.add("tensors", "\(file.tensorNames.count)")
    description.add(
      "tensor",
      file.tensorNames.sorted().compactMap { name in
        file.tensor(named: name).map { (name, "\($0.elementType.rawValue) \($0.shape)") }
      })
    description.add("SHA-256", try Digest.ofFile(path))
    return description
  }

  private static func log(_ path: String) throws -> Description {
    let root = try HDF5File.open(path).root
    if case .string(TrainingLog.schema)? = try root.attribute("schema") {
      return try trainingLog(path)
    }
    return try tokenLog(path, schemaVersion: root.attribute("schema_version"))
  }

  private static func trainingLog(_ path: String) throws -> Description {
    let log = try TrainingLog(path: path)
    var description = Description(path: path, kind: "training log")
    description.add("steps", Number.count(log.steps.count))
    description.add("rollouts kept", Number.count(log.rollouts.count))
    for column in log.columns {
      let last = column.values.last { !$0.isNaN }
      description.add(
        column.name, "\(Number.text(last)) at the end, unit \(column.unit): \(column.definition)")
    }
    return description
  }

  private static func tokenLog(
    _ path: String, schemaVersion: HDF5Attribute?
  ) throws -> Description {
    let log = try TokenLog(path: path)
    let header = log.header
    var description = Description(path: path, kind: "token log")
    if case .string(let version)? = schemaVersion {
      description.add("schema", version)
    }
    description.add("written by", "\(header.producer) \(header.producerVersion), \(header.created)")
    description.add("command", header.commandLine)
    description.add(
      "texts", "\(header.texts.fileName), \(Number.count(header.texts.lineCount)) lines")
    if header.texts.skippedLineCount > 0 {
      description.add("bad lines left out", Number.count(header.texts.skippedLineCount))
    }
    if let shard = header.shard {
      let lines = shard.lines.map { "lines \($0.lowerBound) to \($0.upperBound)" } ?? "no texts"
      description.add("shard", "\(shard.index) of \(shard.count), \(lines)")
    }
    description.add(
      "size",
      "\(Number.count(log.sequenceCount)) sequences, \(Number.count(log.tokenCount)) tokens")
    let reasons = try log.unmeasured()
    let notMeasured = UnmeasuredReason.allCases.dropFirst().compactMap { reason -> String? in
      let count = reasons.count { $0 == reason }
      return count > 0 ? "\(Number.count(count)) \(reason.text)" : nil
    }
    if !notMeasured.isEmpty {
      description.add("not measured", "tokens: " + notMeasured.joined(separator: ", "))
    }
    for model in header.models {
      description.add(
        "model \(model.name)",
        "\(model.architecture), \(Number.count(model.parameterCount)) parameters, "
          + "\(model.storedTypes.joined(separator: "+")) computed in \(model.computeType), "
          + (model.replicateType.map { "again in \($0), " } ?? "")
          + "weights \(model.weightsDigest.prefix(12))")
      if let keys = model.unreadConfigurationKeys, keys != "{}" {
        description.add("model \(model.name), config.json, never read", keys)
      }
    }
    description.add(
      "pairs",
      header.pairs.isEmpty ? "none" : header.pairs.map(\.description).joined(separator: ", "))
    description.add("top k", "\(header.topK)")
    description.add("tokenizer", header.tokenizer.digest)
    if let sentence = header.tokenizer.sentence { description.add("tokenizer of", sentence) }
    description.add("SHA-256 of texts", header.texts.digest)
    return description
  }
}
