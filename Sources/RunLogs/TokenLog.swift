internal import HDF5

/// A token log, open for reading.
///
/// Columns are flat over the tokens of all sequences; sequence i is the tokens
/// `offsets[i]..<offsets[i + 1]`. The value at token t is about the prediction of token t from the
/// tokens before it. Where `unmeasured` gives a reason, floats are NaN and whole numbers 0.
package final class TokenLog: Sendable {
  /// The file's path as given.
  package let path: String
  /// What the log says about its origin.
  package let header: TokenLogHeader
  /// `[sequences + 1]`, from 0 to the number of tokens.
  package let offsets: [Int]
  /// The files that it is read from: its own, and the shards in which a virtual log's columns lie.
  package let files: [String]
  let file: HDF5File

  /// Opens a log and checks that it is one, and that this version of the schema is known.
  ///
  /// - Throws: `RunLogError`: `.missingFile`, `.unreadable`, `.notALog`, `.newerSchema`, `.damaged`.
  package init(path: String) throws(RunLogError) {
    self.path = path
    let file = try translating { () throws(HDF5Error) in try HDF5File.open(path) }
    self.file = file
    header = try TokenLogHeader(from: file.root)
    files = [path] + (try VirtualSources.checked(file))
    let offsets = try translating { () throws(HDF5Error) -> [Int] in
      let values = try file.root.dataset("seq/offsets").read(as: Int64.self).map(Int.init)
      let tokens = try file.root.dataset("tok/id").shape()
      let isOrdered = zip(values, values.dropFirst()).allSatisfy { $0 <= $1 }
      return values.first == 0 && isOrdered && tokens == [values.last] ? values : []
    }
    guard !offsets.isEmpty else {
      throw RunLogError(.damaged, path, "/seq/offsets doesn't match the number of tokens")
    }
    self.offsets = offsets
  }

  /// The number of sequences.
  package var sequenceCount: Int { offsets.count - 1 }

  /// The number of tokens, prompts and responses.
  package var tokenCount: Int { offsets.last ?? 0 }

  /// The tokens of one sequence.
  package func tokens(ofSequence index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }

  /// The bytes of a vocabulary's token; nil if the log has none for it.
  package func tokenBytes(_ id: UInt32) -> [UInt8]? {
    guard let tokens = header.tokenizer.tokens, Int(id) < tokens.count else { return nil }
    return tokens[Int(id)]
  }
}

// MARK: Tokens

extension TokenLog {
  /// Ids of tokens, all or some.
  ///
  /// - Throws: `RunLogError` of kind `.damaged` or `.unreadable`.
  package func tokenIDs(in range: Range<Int>? = nil) throws(RunLogError) -> [UInt32] {
    try read(.named("id", .token), in: range)
  }

  /// Whether each token counts as one of the response: is of it, and not left out by its mask.
  ///
  /// - Throws: `RunLogError` of kind `.damaged` or `.unreadable`.
  package func isResponse(in range: Range<Int>? = nil) throws(RunLogError) -> [Bool] {
    try (read(.named("mask", .token), in: range) as [UInt8]).map { $0 != 0 }
  }

  /// Why tokens have no numbers under at least one model; a reason that this version doesn't know is
  /// `.other`.
  ///
  /// - Throws: `RunLogError` of kind `.damaged` or `.unreadable`.
  package func unmeasured(in range: Range<Int>? = nil) throws(RunLogError) -> [UnmeasuredReason] {
    try (read(.named("unmeasured", .token), in: range) as [UInt8]).map {
      UnmeasuredReason(rawValue: $0) ?? .other
    }
  }
}

extension TokenLog {
  /// Why tokens have no numbers under one model; a reason that this version doesn't know is `.other`.
  ///
  /// - Throws: `RunLogError`: `.missingModel`, `.damaged`, `.unreadable`.
  package func unmeasured(
    of model: String, in range: Range<Int>? = nil
  ) throws(RunLogError) -> [UnmeasuredReason] {
    try checkModel(model)
    let column = TokenLogColumn.named("unmeasured", .model)
    guard try has(column, of: model) else { return try unmeasured(in: range) }
    return try (read(column, of: model, in: range) as [UInt8]).map {
      UnmeasuredReason(rawValue: $0) ?? .other
    }
  }

  /// Whether the log has a column of a model; an imported one has what its source has.
  package func has(_ column: ModelColumn, of model: String) -> Bool {
    has(named: column.rawValue, of: model)
  }

  /// Whether the log has a column of whole numbers of a model.
  package func has(_ column: ModelIndexColumn, of model: String) -> Bool {
    has(named: column.rawValue, of: model)
  }

  /// Whether the log has bounds of a model.
  package func has(_ bound: ModelBound, of model: String) -> Bool {
    has(named: bound.rawValue, of: model)
  }

  /// Whether the log has lists of a model's most likely tokens.
  package func hasTopK(of model: String) -> Bool { has(named: "topk/id", of: model) }

  /// Whether the log's pairs have a column.
  package func has(_ column: PairColumn) -> Bool { header.has(.named(column.rawValue, .pair)) }

  /// Whether the log's pairs have bounds.
  package func has(_ bound: PairBound) -> Bool { header.has(.named(bound.rawValue, .pair)) }

  private func has(named name: String, of model: String) -> Bool {
    header.models.contains {
      $0.name == model && header.has(.named(name, .model), of: $0)
    }
  }

  /// Refuses a column that an imported model or pair lacks.
  private func checkHas(_ column: TokenLogColumn, of owner: String) throws(RunLogError) {
    let model = header.models.first { $0.name == owner }
    switch column.scope {
    case .model where !(model.map { header.has(column, of: $0) } ?? true):
      throw RunLogError(
        .missingColumn, path,
        "has no \(column.longName) (\(column.name)) of '\(owner)', which was imported: its source doesn't "
          + "say it; score the texts with the checkpoint for that")
    case .pair where !header.has(column):
      throw RunLogError(
        .missingColumn, path,
        "has no \(column.longName) (\(column.name)) of \(owner), as imported models have no whole "
          + "distributions; score the texts with the checkpoints for that")
    default: break
    }
  }

  /// Whether the file has a column; logs of schema 1.0 lack those of 1.1.
  private func has(_ column: TokenLogColumn, of owner: String) throws(RunLogError) -> Bool {
    try translating { () throws(HDF5Error) in try file.root.exists(column.path(of: owner)) }
  }
}

// MARK: Sequences

extension TokenLog {
  /// Where the response of each sequence starts, counted from the sequence's first token.
  ///
  /// - Throws: `RunLogError` of kind `.damaged` or `.unreadable`.
  package func responseStarts() throws(RunLogError) -> [Int] {
    let starts = (try read(.named("response_start", .sequence)) as [Int64]).map(Int.init)
    for (index, start) in starts.enumerated() {
      guard (0...tokens(ofSequence: index).count).contains(start) else {
        throw RunLogError(
          .damaged, path, "/seq/response_start: sequence \(index) can't start at \(start)")
      }
    }
    return starts
  }

  /// The number of each response among those to the same prompt.
  ///
  /// - Throws: `RunLogError` of kind `.damaged` or `.unreadable`.
  package func sampleIDs() throws(RunLogError) -> [Int] {
    (try read(.named("sample_id", .sequence)) as [Int64]).map(Int.init)
  }

  /// Whether each response is correct; nil where unknown.
  ///
  /// - Throws: `RunLogError` of kind `.damaged` or `.unreadable`.
  package func correctness() throws(RunLogError) -> [Bool?] {
    (try read(.named("correct", .sequence)) as [UInt8]).map { $0 > 1 ? nil : $0 == 1 }
  }

  /// The reward of each response; nil where unknown.
  ///
  /// - Throws: `RunLogError` of kind `.damaged` or `.unreadable`.
  package func rewards() throws(RunLogError) -> [Double?] {
    (try read(.named("reward", .sequence)) as [Double]).map { $0.isNaN ? nil : $0 }
  }

  /// A string of each sequence.
  ///
  /// - Throws: `RunLogError` of kind `.damaged` or `.unreadable`.
  package func strings(_ text: SequenceText) throws(RunLogError) -> [String] {
    let name = "seq/" + text.rawValue
    let strings = try translating { () throws(HDF5Error) in
      try HDF5ByteLists(name, in: file.root).readStrings()
    }
    guard strings.count == sequenceCount else {
      throw RunLogError(
        .damaged, path, "/\(name): \(strings.count) strings for \(sequenceCount) sequences")
    }
    return strings
  }
}

// MARK: Models and pairs

extension TokenLog {
  /// A column of 32-bit numbers of one model, all or some tokens.
  ///
  /// - Throws: `RunLogError`: `.missingModel`, `.missingColumn`, `.damaged`, `.unreadable`.
  package func floats(
    _ column: ModelColumn, of model: String, in range: Range<Int>? = nil
  ) throws(RunLogError) -> [Float] {
    try checkModel(model)
    let description = TokenLogColumn.named(column.rawValue, .model)
    if column == .extraLogMass, try !has(description, of: model) {
      // Nobody looked.
      return try floats(.logProbability, of: model, in: range).map { _ in .nan }
    }
    return try read(description, of: model, in: range)
  }

  /// Bounds of one model, all or some tokens.
  ///
  /// - Throws: `RunLogError`: `.missingModel`, `.missingColumn`, `.damaged`, `.unreadable`.
  package func floats(
    _ bound: ModelBound, of model: String, in range: Range<Int>? = nil
  ) throws(RunLogError) -> [Float] {
    try checkModel(model)
    return try read(.named(bound.rawValue, .model), of: model, in: range)
  }

  /// Bounds of one pair, all or some tokens.
  ///
  /// - Throws: `RunLogError`: `.missingPair`, `.missingColumn`, `.damaged`, `.unreadable`.
  package func floats(
    _ bound: PairBound, of pair: PairName, in range: Range<Int>? = nil
  ) throws(RunLogError) -> [Float] {
    try checkPair(pair)
    return try read(.named(bound.rawValue, .pair), of: pair.description, in: range)
  }

  /// A column of whole numbers of one model, all or some tokens.
  ///
  /// - Throws: `RunLogError`: `.missingModel`, `.missingColumn`, `.damaged`, `.unreadable`.
  package func integers(
    _ column: ModelIndexColumn, of model: String, in range: Range<Int>? = nil
  ) throws(RunLogError) -> [UInt32] {
    try checkModel(model)
    return try read(.named(column.rawValue, .model), of: model, in: range)
  }

  /// The most likely tokens by one model, `[tokens × header.topK]`; empty if the log has none of the model.
  ///
  /// - Throws: `RunLogError`: `.missingModel`, `.damaged`, `.unreadable`.
  package func topK(
    of model: String, in range: Range<Int>? = nil
  ) throws(RunLogError) -> TopK {
    try checkModel(model)
    if !hasTopK(of: model) { return TopK() }
    let columns = header.topK
    return TopK(
      ids: try read(.named("topk/id", .model), of: model, in: range, columns: columns),
      logProbabilities: try read(
        .named("topk/logp", .model), of: model, in: range, columns: columns),
      restLogMass: try read(.named("topk/rest_logmass", .model), of: model, in: range))
  }

  /// What a model says in another precision, NaN in texts where it was not asked; nil if in none.
  ///
  /// - Throws: `RunLogError`: `.missingModel`, `.damaged`, `.unreadable`.
  package func replicate(
    of model: String, in range: Range<Int>? = nil
  ) throws(RunLogError) -> Replicate? {
    try checkModel(model)
    guard header.models.contains(where: { $0.name == model && $0.replicateType != nil }) else {
      return nil
    }
    return Replicate(
      logProbability: try read(TokenLogColumn.replicate[0], of: model, in: range),
      entropy: try read(TokenLogColumn.replicate[1], of: model, in: range))
  }

  /// A column of 32-bit numbers of one pair, all or some tokens.
  ///
  /// - Throws: `RunLogError`: `.missingPair`, `.damaged`, `.unreadable`.
  package func floats(
    _ column: PairColumn, of pair: PairName, in range: Range<Int>? = nil
  ) throws(RunLogError) -> [Float] {
    try checkPair(pair)
    let description = TokenLogColumn.named(column.rawValue, .pair)
    if column == .bucketLogMass, try !has(description, of: pair.description) {
      // Pairs of schema 1.0 have the same tokens.
      return try floats(.logProbabilityChange, of: pair, in: range).map {
        $0.isNaN ? .nan : -.infinity
      }
    }
    return try read(description, of: pair.description, in: range)
  }

  /// A pair's Jensen-Shannon divergence in another precision, nats, NaN in texts where it was not asked.
  ///
  /// - Parameters:
  ///   - pair: the pair.
  ///   - range: tokens; nil for all.
  /// - Returns: `[tokens]`; nil if the log has none, as before schema 2.1.
  /// - Throws: `RunLogError`: `.missingPair`, `.damaged`, `.unreadable`.
  package func replicateDivergences(
    of pair: PairName, in range: Range<Int>? = nil
  ) throws(RunLogError) -> [Float]? {
    try checkPair(pair)
    guard header.hasPairReplicates else { return nil }
    return try read(TokenLogColumn.replicate[2], of: pair.description, in: range)
  }

  /// Ids of the column are below; nil if it holds none, or in logs of schema 1.0.
  private func vocabularySize(for column: TokenLogColumn, of owner: String) -> Int? {
    switch (column.scope, column.name) {
    case (.token, "id"):
      // Where nobody knows the id of a token, an imported log has one that no vocabulary has.
      if header.models.contains(where: { $0.source != nil }) { return nil }
      let sizes = header.models.compactMap(\.vocabularySize)
      return sizes.count == header.models.count ? sizes.max() : nil
    case (.model, "top1"), (.model, "topk/id"):
      return header.models.first { $0.name == owner }?.vocabularySize
    default: return nil
    }
  }

  /// Refuses a pair that the log doesn't have.
  ///
  /// - Throws: `RunLogError.missingPair`, which names those that it has.
  package func checkPair(_ pair: PairName) throws(RunLogError) {
    guard header.pairs.contains(pair) else {
      let known = header.pairs.map(\.description).joined(separator: ", ")
      throw RunLogError(
        .missingPair, path,
        "has no pair \(pair), only \(known.isEmpty ? "none" : known): a log of statistics can't give "
          + "a pair that wasn't scored; score again with --pairs \(pair)")
    }
  }

  private func checkModel(_ name: String) throws(RunLogError) {
    guard header.models.contains(where: { $0.name == name }) else {
      let known = header.models.map(\.name).joined(separator: ", ")
      throw RunLogError(.missingModel, path, "has no model '\(name)', only \(known)")
    }
  }

  func read<Scalar: HDF5Scalar>(
    _ column: TokenLogColumn, of owner: String = "", in range: Range<Int>? = nil,
    columns: Int? = nil
  ) throws(RunLogError) -> [Scalar] {
    try checkHas(column, of: owner)
    let rows = column.scope == .sequence ? sequenceCount : tokenCount
    let name = column.path(of: owner)
    let expected = [rows] + (columns.map { [$0] } ?? [])
    let dataset = try translating { () throws(HDF5Error) in try file.root.dataset(name) }
    let shape = try translating { () throws(HDF5Error) in try dataset.shape() }
    guard shape == expected else {
      throw RunLogError(.damaged, path, "\(name) has the shape \(shape), not \(expected)")
    }
    let values = try translating { () throws(HDF5Error) in
      try dataset.read(as: Scalar.self, rows: range)
    }
    let first = (range?.lowerBound ?? 0) * (columns ?? 1)
    try column.check(
      values, path, name, firstRow: first, within: vocabularySize(for: column, of: owner))
    // Whole columns are read once; only pieces profit from the chunk cache.
    if range == nil { try translating { () throws(HDF5Error) in try dataset.release() } }
    return values
  }
}
