import ArgumentParser
import Files
import Foundation
import Importing
import JSON
import RunLogs
import Tokenization

/// `tokenshift import`: another program's log in, one of ours out.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a log of what another program or an engine wrote.",
    discussion: """
      The format is told by the file's contents; --format overrides that:
      \(formats)

      Metrics become a training log. Columns that are a metric of 'train --metrics' get its name; all others \
      keep theirs, as other/NAME. TRL's entropy is demonstration_entropy of SFT (temperature 1) and \
      rollout_entropy_tempered of GRPO. A step that occurs more than once counts as it was last, and the summary \
      says how many do.

      Token dumps and engines' responses become a token log: log-probabilities, entropies where the source has \
      them, and where it lists the most likely tokens, bounds instead of what is cut off. Several files, \
      NAME=FILE each, are joined on equal token ids, and their models are pairs. Servers whose tokens are text \
      need --tokenizer. Samples of lm-eval become texts for 'score'.

      What a file doesn't say is not measured. Lines may be packed with gzip or zstd.

      A mapping is YAML, and goes before what a format's own names mean:
        step: _step
        temperature: 1.0
        aggregation: mean over the ten steps before
        columns:
          reward: train/reward
          stopped_share: {complement: train/clip_ratio}

      Examples:
        tokenshift import run/checkpoint-500/trainer_state.json --output log.h5
        tokenshift import history.csv --mapping wandb.yaml --output log.h5
        tokenshift import token_exports/step_10/rank_0.jsonl --output dump.h5
        tokenshift import base=a.jsonl rl=b.jsonl --tokenizer ckpt/base --output pair.h5
        tokenshift mismatch ours.h5 dump.h5 --model ckpt/rl
      """)

  @Argument(
    help: ArgumentHelp(
      "What the other program wrote; NAME= before a dump names its model.", valueName: "[NAME=]PATH"
    ),
    completion: .file())
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "The log to write, or of samples of lm-eval the texts, JSON lines.", valueName: "LOG.h5"),
    completion: .file())
  var output: String

  @Option(help: ArgumentHelp("What the file is; default: by its contents.", valueName: "NAME"))
  var format: ImportFormat?

  @Option(
    help: ArgumentHelp(
      "What the columns are, in YAML; CSV and JSON lines need it.", valueName: "FILE.yaml"),
    completion: .file())
  var mapping: String?

  @Option(
    help: ArgumentHelp(
      "The temperature of sampling, where the file doesn't say it; kept in the log.",
      valueName: "T"))
  var temperature: Double?

  @Option(
    help: ArgumentHelp(
      "A folder with tokenizer.json, for sources whose tokens are text, and for the log.",
      valueName: "DIR"), completion: .directory)
  var tokenizer: String?

  @Option(
    help: ArgumentHelp(
      "How many tokens the model has, for upper bounds of entropies; default: of config.json in --tokenizer.",
      valueName: "V"))
  var vocabularySize: Int?

  @Option(
    help: ArgumentHelp(
      "Pairs before:after of a dump's models, with commas; default: the first with each other one.",
      valueName: "A:B,…"))
  var pairs: String?

  @Option(
    help: ArgumentHelp(
      "Who wrote the responses; default: the model, where there is one file.", valueName: "NAME"))
  var author: String?

  @Flag(
    help: "Let models be a pair whose log-probabilities differ in temperature or truncation.")
  var mixedDefinitions = false

  @OptionGroup var verbosity: Verbosity

  private static var formats: String {
    ImportFormat.allCases.map { "  \($0.rawValue): \($0.words)\n    \($0.tested)" }
      .joined(separator: "\n")
  }

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the log") }
    if let temperature, !(temperature > 0 && temperature.isFinite) {
      throw ValidationError("--temperature is a number above 0, say 0.7")
    }
    if let vocabularySize, !(1...1 << 31).contains(vocabularySize) {
      throw ValidationError("--vocabulary-size is a number of tokens, say 151936")
    }
  }

  func run() throws {
    Interruption.watch()
    let inputs = paths.map(NamedArgument.labelled)
    try SparedFiles(inputs.map(\.path) + (mapping.map { [$0] } ?? [])).check(log: output)
    let rules = try mapping.map { try ImportMapping(path: $0) }
    let formats = try inputs.map { input in
      try format
        ?? (rules?.tokens == nil ? ImportFormat(of: input.path) { try pause() } : .tokens)
    }
    if inputs.count > 1, let other = zip(inputs, formats).first(where: { $1.kind != .tokens }) {
      throw ValidationError(
        "\(other.0.path) is \(other.1.words): only token dumps and responses are joined; give one file"
      )
    }
    switch formats[0].kind {
    case .tokens:
      try importTokens(
        zip(inputs, formats).map { .init(path: $0.path, name: $0.label, format: $1) }, rules)
    case .metrics: try importMetrics(inputs[0].path, formats[0], rules)
    case .texts: try importTexts(inputs[0].path)
    }
  }

  private func pause() throws { try Interruption.check("no log was written") }

  private func importMetrics(
    _ path: String, _ format: ImportFormat, _ rules: ImportMapping?
  ) throws {
    try refuse("metrics", tokenOptions + [("--author", author != nil)])
    let found = try TrainingLogImport(
      path: path, format: format, mapping: rules, temperature: temperature
    ) { try pause() }
    try found.log.write(to: output)
    try verbosity.report(
      found.summary, json: MetricsResult(found, path: path, log: output), path: output)
  }

  private func importTexts(_ path: String) throws {
    try refuse(
      "texts",
      tokenOptions + [("--mapping", mapping != nil), ("--temperature", temperature != nil)])
    let found = try TextImport.lmEval(path, to: output, author: author) { try pause() }
    try verbosity.report(
      found.summary, json: TextsResult(found, path: path, output: output), path: output)
  }

  private func importTokens(
    _ inputs: [TokenLogImport.Input], _ rules: ImportMapping?
  ) throws {
    var settings = TokenLogImport.Settings()
    settings.temperature = temperature
    settings.options.mapping = rules
    settings.mixesDefinitions = mixedDefinitions
    settings.pairs = try pairs.map { try PairName.list($0) }
    settings.vocabularySize = vocabularySize
    if let tokenizer {
      settings.use(try Tokenizer(directory: tokenizer))
      // Padded rows of a model are more than its tokenizer has.
      settings.vocabularySize = vocabularySize ?? CheckpointFolder.vocabularySize(tokenizer)
    }
    let found = try TokenLogImport(
      inputs, settings: settings, provenance: .ofThisCommand
    ) { try pause() }
    let written = try found.write(to: output, author: author) { try pause() }
    try verbosity.report(
      found.summary(written), json: TokensResult(found, written, log: output), path: output)
  }

  // MARK: Options

  private var tokenOptions: [(name: String, isGiven: Bool)] {
    [
      ("--tokenizer", tokenizer != nil), ("--vocabulary-size", vocabularySize != nil),
      ("--pairs", pairs != nil), ("--mixed-definitions", mixedDefinitions),
    ]
  }

  private func refuse(_ kind: String, _ options: [(name: String, isGiven: Bool)]) throws {
    guard let useless = options.first(where: \.isGiven) else { return }
    throw ValidationError("\(useless.name) says nothing of \(kind): leave it out")
  }
}

extension TokenLogImport.Settings {
  /// Takes the tokens of a tokenizer: their bytes for sources whose tokens are text, and for the log.
  fileprivate mutating func use(_ tokenizer: Tokenizer) {
    let tokens = (0..<tokenizer.vocabularySize).map { tokenizer.bytes(of: Int32($0)) ?? [] }
    options.tokens = tokens
    options.specialIDs = Set(tokenizer.specialTokenIDs.map { UInt32($0) })
    options.losesFirstSpace = tokens.indices.contains { id in
      tokens[id].count > 1 && tokens[id][0] == 0x20 && !options.specialIDs.contains(UInt32(id))
        && !tokenizer.decode([Int32(id)]).utf8.starts(with: [0x20])
    }
    self.tokenizer = TokenizerRecord(
      digest: tokenizer.contentDigest,
      specialIDs: tokenizer.specialTokenIDs.sorted().map { Int($0) },
      tokens: tokens)
  }
}

/// What `import` needs to know of a checkpoint's folder beside its tokenizer.
private enum CheckpointFolder {
  /// The number of logits that its configuration says; nil if it says none.
  static func vocabularySize(_ path: String) -> Int? {
    let file = URL(filePath: path).appending(path: "config.json")
    guard let data = try? Data(contentsOf: file), let root = try? JSONValue(parsing: [UInt8](data))
    else { return nil }
    let size = root["vocab_size"] ?? root["text_config"]?["vocab_size"]
    return size?.integerValue.flatMap { Int(exactly: $0) }
  }
}

extension ImportFormat: ExpressibleByArgument {}
