internal import Analysis
internal import RunLogs

/// Texts of a log by their digests: which are fixed, which prompts are the same in two logs.
extension TokenRunReader {
  /// Texts that no model of the log wrote, with the model's log-probabilities.
  ///
  /// A text by another model of the log is a sample of that model, and no held-out text, unless its author
  /// is named as one whose texts are fixed.
  func fixedTexts() throws -> [GateRun.FixedText] {
    let texts = fixedPlaces
    guard !texts.isEmpty, log.has(.logProbability, of: model) else { return [] }
    let rows = try table.rows(TokenFilter(models: [model]))
    let values = try table.values(.logProbability, of: model)
    let ids = try table.tokenIDs()
    let mask = try table.isResponse()
    var occurrences: [String: Int] = [:]
    return texts.compactMap { text in
      var numbers = [Float](repeating: .nan, count: Int(rows.lengths[text]))
      guard !numbers.isEmpty else { return nil }
      for entry in rows.range(of: text) {
        numbers[Int(rows.places[entry])] = values[Int(rows.indices[entry])]
      }
      let range = log.tokens(ofSequence: text)
      var digest = Digest()
      digest.add(promptIDs[text])
      digest.add(log.header.tokenizer.digest)
      digest.add(ids[range])
      digest.add(bytes: mask[range].map { $0 ? 1 : 0 })
      // The same words twice are two texts.
      let name = digest.text()
      occurrences[name, default: 0] += 1
      return .init(
        digest: "\(name) \(occurrences[name] ?? 0)", prompt: promptIDs[text],
        marks: notes[text].marks, logProbabilities: numbers)
    }
  }

  /// What another precision makes of the mean log-probability of the fixed texts, nats; nil without a
  /// replicate.
  func fixedNoise() throws -> Double? {
    let texts = fixedPlaces
    guard !texts.isEmpty, log.has(.logProbability, of: model),
      let replicate = try log.replicate(of: model)
    else { return nil }
    let values = try table.values(.logProbability, of: model)
    var rows = try table.rows(TokenFilter(models: [model]))
    rows.texts = texts
    return Self.shift(rows) {
      Double(values[$0]) - Double(replicate.logProbability[$0])
    }
  }

  /// Where the fixed texts are in the log.
  var fixedPlaces: [Int] {
    let models = Set(log.header.models.map(\.name))
    let writers = models.union(models.map { $0 + "-greedy" }).subtracting(names.fixedAuthors)
      .union([model])
    return (0..<table.textCount).filter { !writers.contains(table.texts.source(of: $0)) }
  }

  /// Of each prompt's tokens, by its id.
  func promptDigests() throws -> [String: String] {
    let ids = try table.tokenIDs()
    var known: [String: String] = [:]
    for (text, prompt) in promptIDs.enumerated() where known[prompt] == nil {
      let range = log.tokens(ofSequence: text).prefix(table.texts.responseStarts[text])
      var digest = Digest()
      digest.add(ids[range])
      known[prompt] = digest.text()
    }
    return known
  }

  /// Of the weights, the texts with all that is said of them, and the model's numbers: a copy of a log
  /// has the same, new samples of the same weights another.
  func evaluationDigest() throws -> String {
    var digest = Digest()
    digest.add(weights)
    digest.add(log.header.tokenizer.digest)
    let writers = try log.strings(.source).map { $0 == model ? "the model" : "another: " + $0 }
    for texts in [try log.strings(.id), promptIDs, try log.strings(.finish), writers] {
      digest.add(UInt64(texts.count))
      for text in texts { digest.add(text) }
    }
    for text in try log.strings(.metadata) { digest.add(text) }
    for start in table.texts.responseStarts { digest.add(UInt64(start)) }
    digest.add(bytes: table.texts.isCorrect.map { $0.map { $0 ? 1 : 0 } ?? 2 })
    for reward in try log.rewards() { digest.add(reward?.bitPattern ?? .max) }
    digest.add(try table.tokenIDs())
    digest.add(bytes: try table.isResponse().map { $0 ? 1 : 0 })
    for column in [ModelColumn.logProbability, .entropy] where log.has(column, of: model) {
      digest.add(try table.values(column, of: model))
    }
    return digest.text()
  }
}
