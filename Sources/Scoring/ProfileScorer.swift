import Foundation
internal import Kernels
package import TokenStatistics
internal import Tokenization
internal import Transformer

/// Asks a checkpoint for whole distributions at the tokens of some responses, reduced to profiles, and
/// for log-probabilities with another beginning.
///
/// Logits exist for at most 256 positions at once.
package struct ProfileScorer {
  /// What is asked.
  package struct Settings: Sendable, Equatable {
    /// Response tokens that are enough; texts are left out beyond them.
    package var tokenCount = 8_192
    /// Of the choice of texts.
    package var seed: UInt64 = 0
    /// Tokens that go through the model together.
    package var batchTokens = 2_048

    /// Defaults.
    package init() {}
  }

  /// A text with the prompt that it answers, as a number.
  package struct Text: Sendable {
    let sequence: TokenSequence
    /// Equal for texts that answer the same prompt.
    package let prompt: Int

    /// A text as ids.
    ///
    /// - Parameters:
    ///   - ids: of prompt and response.
    ///   - responseStart: where the response begins.
    ///   - responseMask: whether each of its tokens counts; nil if all do.
    ///   - prompt: equal for texts that answer the same prompt.
    package init(
      ids: [Int32], responseStart: Int, responseMask: [Bool]? = nil, prompt: Int
    ) {
      sequence = TokenSequence(
        ids: ids, responseStart: responseStart, isRetokenized: false, decodesBack: true,
        responseMask: responseMask)
      self.prompt = prompt
    }
  }

  /// What was found about one text's response; an entry for each of its tokens.
  package struct Result: Sendable {
    /// The number of the text among those that were given.
    package let text: Int
    /// ln p at T = 1, nats; NaN for tokens that don't count, lie beyond the context or come first in a
    /// text.
    package let logProbabilities: [Float]
    /// The distribution that each token was drawn from; nil where there is no number.
    package let profiles: [DistributionProfile?]
    /// ln p with one beginning-of-sequence token more at the front; nil without such a token.
    package let withBeginning: [Float]?
    /// ln p without the beginning-of-sequence token; nil if the text has none.
    package let withoutBeginning: [Float]?
  }

  private let scorer: BatchScorer
  private let name: String
  private let beginning: Int32?
  private let settings: Settings
  private let path: String

  /// Prepares a checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: the trainer's.
  ///   - path: where the texts come from, for messages.
  ///   - beginning: the token that begins a sequence; nil for the tokenizer's, if it has one.
  ///   - settings: how much is asked.
  package init(
    _ checkpoint: Checkpoint, path: String, beginning: Int32? = nil,
    settings: Settings = Settings()
  ) {
    scorer = BatchScorer(models: [checkpoint.model], pairs: [], topCount: 1)
    name = checkpoint.name
    self.beginning = beginning ?? checkpoint.tokenizer?.beginningOfSequenceID
    (self.settings, self.path) = (settings, path)
  }

  /// Chooses texts until they have enough tokens; all, if they don't have more.
  ///
  /// In rounds over all prompts in a drawn order, one text of each.
  package static func chosen(
    _ texts: [Text], tokenCount: Int, seed: UInt64
  ) -> [Int] {
    func count(_ index: Int) -> Int {
      let sequence = texts[index].sequence
      return (sequence.responseStart..<max(sequence.ids.count, sequence.responseStart))
        .count(where: sequence.isCounted)
    }
    let all = texts.indices.filter { count($0) > 0 }
    guard all.reduce(0, { $0 + count($1) }) > tokenCount else { return all }
    var random = DrawnOrder(seed: seed)
    var ofPrompt: [Int: [Int]] = [:]
    for index in all { ofPrompt[texts[index].prompt, default: []].append(index) }
    var lists = ofPrompt.keys.sorted().map { ofPrompt[$0] ?? [] }
    for index in lists.indices { random.shuffle(&lists[index]) }
    random.shuffle(&lists)
    var (chosen, tokens, round) = ([Int](), 0, 0)
    while tokens < tokenCount {
      for list in lists where round < list.count && tokens < tokenCount {
        chosen.append(list[round])
        tokens += count(list[round])
      }
      round += 1
    }
    return chosen.sorted()
  }

  /// Scores texts.
  ///
  /// - Parameters:
  ///   - texts: in any order.
  ///   - progress: called with finished tokens and all.
  /// - Returns: for the chosen texts, in order.
  /// - Throws: `ScoringError` for logits that aren't finite, `TransformerError`.
  package func score(
    _ texts: [Text], progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> [Result] {
    let chosen = Self.chosen(texts, tokenCount: settings.tokenCount, seed: settings.seed)
    let total = chosen.reduce(0) { $0 + texts[$1].sequence.ids.count }
    var (results, done) = ([Result](), 0)
    for batch in batches(chosen, of: texts) {
      let sequences = batch.map { texts[$0].sequence }
      let plain = try numbers(of: sequences, lines: batch, keepsProfiles: true)
      let more = try numbers(of: sequences.map(withBeginning), lines: batch)
      let less = try numbers(of: sequences.map(withoutBeginning), lines: batch)
      for (place, index) in batch.enumerated() {
        results.append(
          Result(
            text: index, logProbabilities: (plain[place] ?? []).map(\.logProbability),
            profiles: (plain[place] ?? []).map(\.profile),
            withBeginning: more[place]?.map(\.logProbability),
            withoutBeginning: less[place]?.map(\.logProbability)))
      }
      done += sequences.reduce(0) { $0 + $1.ids.count }
      try progress(done, total)
    }
    return results
  }

  private func batches(_ chosen: [Int], of texts: [Text]) -> [[Int]] {
    var batches: [[Int]] = []
    var tokens = 0
    for index in chosen {
      let count = texts[index].sequence.ids.count
      if batches.isEmpty || tokens + count > settings.batchTokens {
        batches.append([])
        tokens = 0
      }
      batches[batches.count - 1].append(index)
      tokens += count
    }
    return batches
  }

  private func withBeginning(_ sequence: TokenSequence) -> TokenSequence? {
    guard let beginning else { return nil }
    var sequence = sequence
    sequence.ids.insert(beginning, at: 0)
    sequence.responseStart += 1
    return sequence
  }

  private func withoutBeginning(_ sequence: TokenSequence) -> TokenSequence? {
    guard let beginning, sequence.responseStart > 0, sequence.ids.first == beginning else {
      return nil
    }
    var sequence = sequence
    sequence.ids.removeFirst()
    sequence.responseStart -= 1
    return sequence
  }

  // MARK: A pass

  private struct Number: Sendable {
    var logProbability = Float.nan
    var profile: DistributionProfile?
  }

  /// An entry for each text, with one for each token of its response; nil for texts that are nil.
  private func numbers(
    of texts: [TokenSequence?], lines: [Int], keepsProfiles: Bool = false
  ) throws -> [[Number]?] {
    let sequences = texts.compactMap(\.self)
    guard !sequences.isEmpty else { return texts.map { _ in nil } }
    let batch = scorer.pack(sequences)
    let hidden = try scorer.hidden(of: batch, model: 0)
    let wanted = batch.predictions.indices.filter {
      batch.predictions[$0].isResponse && batch.predictions[$0].isKnown[0]
    }
    var found = [Number?](repeating: nil, count: batch.predictions.count)
    let model = scorer.models[0]
    let size = model.configuration.vocabularySize
    var scratch = ProductScratch()
    var logits = FloatBuffer(uninitialized: min(wanted.count, BatchScorer.blockRows) * size)
    for first in stride(from: 0, to: wanted.count, by: BatchScorer.blockRows) {
      let block = wanted[first..<min(first + BatchScorer.blockRows, wanted.count)]
        .map { batch.predictions[$0] }
      let rows = scorer.gather(block, from: hidden.values, width: hidden.width)
      logits.withMutableSpan(0..<block.count * size) { target in
        model.logits(
          rows.span, rows: block.count, vocabulary: 0..<size, scratch: &scratch, into: &target)
      }
      let values = logits.span
      let numbers = Parallel.map(block.count) { row in
        number(
          values.extracting(row * size..<(row + 1) * size), Int(block[row].target), keepsProfiles)
      }
      for (place, number) in numbers.enumerated() { found[wanted[first + place]] = number }
    }
    return try byText(batch.byText(found), of: texts, lines: lines)
  }

  private func number(_ logits: Span<Float>, _ target: Int, _ keepsProfile: Bool) -> Number {
    let maximum = LogitSums.maximum(logits)
    let mass = LogitSums.exponentials(logits, shift: Double(maximum)).mass
    let log = Double(logits[target]) - Double(maximum) - Foundation.log(mass)
    // Reported where the text is known; a profile of such a row has no meaning.
    guard log.isFinite else { return Number(logProbability: .infinity) }
    return Number(
      logProbability: Float(log),
      profile: keepsProfile ? DistributionProfile(logits: logits, target: target) : nil)
  }

  /// Cuts what was found for tokens 1… of each text into responses.
  private func byText(
    _ found: [Number?], of texts: [TokenSequence?], lines: [Int]
  ) throws -> [[Number]?] {
    var start = 0
    var results: [[Number]?] = []
    for (place, text) in texts.enumerated() {
      guard let text else {
        results.append(nil)
        continue
      }
      let count = text.measuredCount(contextLength: scorer.models[0].configuration.contextLength)
      let own = found[start..<start + count]
      start += count
      results.append(
        try (text.responseStart..<max(text.ids.count, text.responseStart)).map { token in
          guard token > 0, token <= count, let number = own[own.startIndex + token - 1],
            text.isCounted(token)
          else { return Number() }
          guard number.logProbability < .infinity else {
            throw ScoringError.notFinite(
              model: name, path: path, line: lines[place] + 1, token: token)
          }
          return number
        })
    }
    return results
  }
}

/// Fisher and Yates's order of things by the numbers of SplitMix64 (Steele and others, 2014).
private struct DrawnOrder {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, Int(next() % UInt64(last + 1)))
    }
  }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
