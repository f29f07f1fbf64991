internal import Foundation
internal import HDF5

/// The schema that this code writes; a reader takes every minor version of known major ones.
enum TokenLogSchema {
  static let name = "tokenshift.token-log"
}

extension TokenLogHeader {
  /// Writes everything but the columns.
  func write(to root: HDF5Group) throws(HDF5Error) {
    try root.setAttribute("schema", to: .string(TokenLogSchema.name))
    try root.setAttribute("schema_version", to: .string(LogSchema.version))
    try root.setAttribute("producer", to: .string(producer))
    try root.setAttribute("producer_version", to: .string(producerVersion))
    try root.setAttribute("created", to: .string(created))
    try root.setAttribute("command_line", to: .string(commandLine))
    try root.setAttribute("settings", to: .string(settings))
    if let scoringTemperature {
      try root.setAttribute("scoring_temperature", to: .double(scoringTemperature))
    }
    try root.setAttribute("top_k", to: .integer(Int64(topK)))
    // Members of a group are listed by name; these keep the order of the command line.
    try root.setAttribute("models", to: .strings(models.map(\.name)))
    try root.setAttribute("pairs", to: .strings(pairs.map(\.description)))
    try root.setAttribute("texts_file", to: .string(texts.fileName))
    try root.setAttribute("texts_sha256", to: .string(texts.digest))
    try root.setAttribute("texts_line_count", to: .integer(Int64(texts.lineCount)))
    try root.setAttribute(
      "texts_skipped_line_count", to: .integer(Int64(texts.skippedLineCount)))
    try root.setAttribute("texts_retokenized", to: .integer(texts.isRetokenized ? 1 : 0))
    try root.setAttribute(
      "texts_not_decoding_back", to: .integer(Int64(texts.notDecodingBackCount)))
    try shard?.write(to: root)
    if let sharedVocabularySize {
      try root.setAttribute("shared_vocabulary_size", to: .integer(Int64(sharedVocabularySize)))
    }
    if let replicateTextCount {
      try root.setAttribute("replicate_texts", to: .integer(Int64(replicateTextCount)))
    }
    if let movedMassThreshold {
      try root.setAttribute("moved_mass_threshold", to: .double(movedMassThreshold))
    }
    if let pairColumns { try root.setAttribute("pair_columns", to: .strings(pairColumns)) }
    try tokenizer.write(to: root.createGroup("tokenizer"))
    for model in models { try model.write(to: root.createGroup("model/" + model.name)) }
    for pair in pairs {
      let group = try root.createGroup("pair/" + pair.description)
      try group.setAttribute("before", to: .string(pair.before))
      try group.setAttribute("after", to: .string(pair.after))
    }
  }

  /// Reads what `write` wrote.
  ///
  /// - Throws: `RunLogError`: `.notALog`, `.newerSchema`, `.damaged`.
  init(from root: HDF5Group) throws(RunLogError) {
    try Self.checkVersion(root)
    let attributes = Attributes(object: root)
    producer = try attributes.string("producer")
    producerVersion = try attributes.string("producer_version")
    created = try attributes.string("created")
    commandLine = try attributes.string("command_line")
    settings = try attributes.string("settings")
    scoringTemperature =
      try attributes.has("scoring_temperature") ? attributes.double("scoring_temperature") : nil
    topK = try attributes.integer("top_k")
    texts = TextsRecord(
      fileName: try attributes.string("texts_file"),
      digest: try attributes.string("texts_sha256"),
      lineCount: try attributes.integer("texts_line_count"),
      skippedLineCount: try attributes.has("texts_skipped_line_count")  // not in schema 1.0
        ? attributes.integer("texts_skipped_line_count") : 0,
      isRetokenized: try attributes.integer("texts_retokenized") != 0,
      notDecodingBackCount: try attributes.integer("texts_not_decoding_back"))
    shard = try attributes.has("shard_index") ? ShardRecord(attributes, root) : nil
    tokenizer = try TokenizerRecord(from: root)
    sharedVocabularySize = try attributes.optionalInteger("shared_vocabulary_size")
    replicateTextCount = try attributes.optionalInteger("replicate_texts")
    movedMassThreshold =
      try attributes.has("moved_mass_threshold") ? attributes.double("moved_mass_threshold") : nil
    pairColumns =
      try attributes.has("pair_columns") ? attributes.strings("pair_columns") : nil
    models = []
    pairs = []
    do {
      for name in try attributes.strings("models") {
        try ModelRecord.checkName(name)
        models.append(try ModelRecord(name: name, from: root))
      }
      for name in try attributes.strings("pairs") { pairs.append(try PairName(parsing: name)) }
      try check()
      try checkCounts()
    } catch  where error.kind == .badHeader {
      throw RunLogError(.damaged, root.file.path, error.message)
    }
  }

  /// Refuses numbers that no log has, before somebody calculates with them.
  private func checkCounts() throws(RunLogError) {
    let counts =
      [texts.lineCount, texts.notDecodingBackCount, sharedVocabularySize ?? 0, topK]
      + models.flatMap { [$0.parameterCount, $0.vocabularySize ?? 0] } + tokenizer.specialIDs
    guard counts.allSatisfy({ (0...1 << 53).contains($0) }),
      (0...texts.lineCount).contains(texts.skippedLineCount),
      (0...texts.lineCount).contains(replicateTextCount ?? 0)
    else { throw RunLogError(.badHeader, "", "a number in its header is negative or too large") }
  }

  private static func checkVersion(_ root: HDF5Group) throws(RunLogError) {
    let path = root.file.path
    let schema = try translating { () throws(HDF5Error) in try root.attribute("schema") }
    guard schema == .string(TokenLogSchema.name) else {
      throw RunLogError(
        .notALog, path, "an HDF5 file, but not a token log: make one with 'tokenshift score'")
    }
    let version = try Attributes(object: root).string("schema_version")
    try LogSchema.check(version, path, orElse: "score again")
  }
}

extension ModelRecord {
  fileprivate func write(to group: HDF5Group) throws(HDF5Error) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let digests = (try? encoder.encode(fileDigests)).map { String(decoding: $0, as: UTF8.self) }
    try group.setAttribute("folder", to: .string(folder))
    try group.setAttribute("architecture", to: .string(architecture))
    try group.setAttribute("parameter_count", to: .integer(Int64(parameterCount)))
    try group.setAttribute("stored_types", to: .strings(storedTypes))
    try group.setAttribute("compute_type", to: .string(computeType))
    try group.setAttribute("file_digests", to: .string(digests ?? "{}"))
    try group.setAttribute("weights_digest", to: .string(weightsDigest))
    try group.setAttribute("tokenizer_digest", to: .string(tokenizerDigest))
    if let vocabularySize {
      try group.setAttribute("vocabulary_size", to: .integer(Int64(vocabularySize)))
    }
    if let unreadConfigurationKeys {
      try group.setAttribute("unread_config_keys", to: .string(unreadConfigurationKeys))
    }
    try source?.write(to: group)
    guard let replicateType else { return }
    try group.createGroup("replicate").setAttribute("compute_type", to: .string(replicateType))
  }

  fileprivate init(name: String, from root: HDF5Group) throws(RunLogError) {
    let group = try translating { () throws(HDF5Error) in try root.group("model/" + name) }
    let attributes = Attributes(object: group)
    let digests = try attributes.string("file_digests")
    guard
      let fileDigests = try? JSONDecoder().decode([String: String].self, from: Data(digests.utf8))
    else {
      throw RunLogError(.damaged, root.file.path, "\(group.path)@file_digests: not a JSON object")
    }
    let replicate = try translating { () throws(HDF5Error) in
      try group.exists("replicate") ? group.group("replicate") : nil
    }
    self.init(
      name: name, folder: try attributes.string("folder"),
      architecture: try attributes.string("architecture"),
      parameterCount: try attributes.integer("parameter_count"),
      storedTypes: try attributes.strings("stored_types"),
      computeType: try attributes.string("compute_type"),
      replicateType: try replicate.map { group throws(RunLogError) in
        try Attributes(object: group).string("compute_type")
      }, fileDigests: fileDigests,
      weightsDigest: try attributes.string("weights_digest"),
      tokenizerDigest: try attributes.string("tokenizer_digest"),
      vocabularySize: try attributes.optionalInteger("vocabulary_size"),
      unreadConfigurationKeys: try attributes.has("unread_config_keys")
        ? attributes.string("unread_config_keys") : nil,
      source: try attributes.has("source_format") ? SourceRecord(attributes) : nil)
  }
}

extension SourceRecord {
  fileprivate func write(to group: HDF5Group) throws(HDF5Error) {
    try group.setAttribute("source_format", to: .string(format))
    try group.setAttribute("source_file", to: .string(fileName))
    try group.setAttribute("source_columns", to: .strings(columns))
    if let temperature {
      try group.setAttribute("sampling_temperature", to: .double(temperature))
    }
    try group.setAttribute("log_probabilities", to: .string(processing))
    try group.setAttribute("source_has_ids", to: .integer(hasIDs ? 1 : 0))
    try group.setAttribute("source_has_mask", to: .integer(hasMask ? 1 : 0))
    try group.setAttribute("source_precision", to: .double(precision))
  }

  fileprivate init(_ attributes: Attributes) throws(RunLogError) {
    self.init(
      format: try attributes.string("source_format"),
      fileName: try attributes.string("source_file"),
      columns: try attributes.strings("source_columns"),
      temperature: try attributes.has("sampling_temperature")
        ? attributes.double("sampling_temperature") : nil,
      processing: try attributes.string("log_probabilities"),
      hasIDs: try attributes.integer("source_has_ids") != 0,
      hasMask: try attributes.integer("source_has_mask") != 0,
      precision: try attributes.double("source_precision"))
  }
}

extension TokenizerRecord {
  fileprivate func write(to group: HDF5Group) throws(HDF5Error) {
    try group.setAttribute("digest", to: .string(digest))
    try group.setAttribute("special", to: .integers(specialIDs.map(Int64.init)))
    if let model { try group.setAttribute("model", to: .string(model)) }
    // Two lists, since a model's name may hold what an attribute's can't.
    let lacking = lackingCounts.sorted { $0.key < $1.key }
    if !lacking.isEmpty {
      try group.setAttribute("lacking_models", to: .strings(lacking.map(\.key)))
      try group.setAttribute("lacking_tokens", to: .integers(lacking.map { Int64($0.value) }))
    }
    guard let tokens else { return }
    try HDF5ByteLists.create("tokenizer", in: group.file.root).append(tokens)
  }

  fileprivate init(from root: HDF5Group) throws(RunLogError) {
    let group = try translating { () throws(HDF5Error) in try root.group("tokenizer") }
    let attributes = Attributes(object: group)
    digest = try attributes.string("digest")
    specialIDs = try attributes.integers("special")
    model = try translating { () throws(HDF5Error) in try group.attribute("model") }.flatMap {
      if case .string(let name) = $0 { name } else { nil }
    }
    let isLacking = try translating { () throws(HDF5Error) in
      try group.attribute("lacking_models") != nil
    }
    let names = isLacking ? try attributes.strings("lacking_models") : []
    let counts = isLacking ? try attributes.integers("lacking_tokens") : []
    lackingCounts = Dictionary(zip(names, counts)) { first, _ in first }
    tokens = try translating { () throws(HDF5Error) in
      try group.exists("bytes") ? HDF5ByteLists("tokenizer", in: root).read() : nil
    }
  }
}

extension ShardRecord {
  fileprivate func write(to root: HDF5Group) throws(HDF5Error) {
    try root.setAttribute("shard_index", to: .integer(Int64(index)))
    try root.setAttribute("shard_count", to: .integer(Int64(count)))
    try root.setAttribute(
      "shard_texts", to: .integers([texts.lowerBound, texts.upperBound].map(Int64.init)))
    try root.setAttribute(
      "shard_lines",
      to: .integers(lines.map { [$0.lowerBound, $0.upperBound] }?.map(Int64.init) ?? []))
  }

  fileprivate init(_ attributes: Attributes, _ root: HDF5Group) throws(RunLogError) {
    index = try attributes.integer("shard_index")
    count = try attributes.integer("shard_count")
    let texts = try attributes.integers("shard_texts")
    let lines = try attributes.integers("shard_lines")
    guard (1...1 << 20).contains(count), (1...count).contains(index), texts.count == 2,
      0 <= texts[0],
      texts[0] <= texts[1], lines.isEmpty || (lines.count == 2 && lines[0] <= lines[1])
    else {
      throw RunLogError(.damaged, root.file.path, "the numbers of its shard contradict each other")
    }
    self.texts = texts[0]..<texts[1]
    self.lines = lines.isEmpty ? nil : lines[0]...lines[1]
  }
}

/// The attributes of one object, which all have to be there.
private struct Attributes {
  let object: any HDF5Object

  func has(_ name: String) throws(RunLogError) -> Bool { try value(name) != nil }

  func string(_ name: String) throws(RunLogError) -> String {
    if case .string(let value) = try value(name) { return value }
    throw wrong(name, "a string")
  }

  /// Nil where there is none, as in logs of older versions.
  func optionalString(_ name: String) throws(RunLogError) -> String? {
    try value(name) == nil ? nil : string(name)
  }

  func strings(_ name: String) throws(RunLogError) -> [String] {
    if case .strings(let value) = try value(name) { return value }
    throw wrong(name, "a list of strings")
  }

  func integer(_ name: String) throws(RunLogError) -> Int {
    if case .integer(let value) = try value(name) { return Int(value) }
    throw wrong(name, "a whole number")
  }

  /// Nil where there is none, as in logs of older versions.
  func optionalInteger(_ name: String) throws(RunLogError) -> Int? {
    try value(name) == nil ? nil : integer(name)
  }

  func integers(_ name: String) throws(RunLogError) -> [Int] {
    if case .integers(let value) = try value(name) { return value.map(Int.init) }
    throw wrong(name, "a list of whole numbers")
  }

  func double(_ name: String) throws(RunLogError) -> Double {
    if case .double(let value) = try value(name) { return value }
    throw wrong(name, "a number")
  }

  private func value(_ name: String) throws(RunLogError) -> HDF5Attribute? {
    try translating { () throws(HDF5Error) in try object.attribute(name) }
  }

  private func wrong(_ name: String, _ wanted: String) -> RunLogError {
    RunLogError(
      .damaged, object.file.path, "\(object.path)@\(name): missing, or not \(wanted)")
  }
}
