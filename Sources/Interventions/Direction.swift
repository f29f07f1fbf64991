internal import JSON
internal import Kernels
internal import Scoring
internal import Tasks
internal import Tokenization
internal import Training
internal import Transformer

/// One model's texts with the other's choices.
struct Direction {
  private let intervention: Intervention
  private let author: Int
  private let decoder: SwapDecoder

  init(_ intervention: Intervention, author: Int) {
    (self.intervention, self.author) = (intervention, author)
    decoder = SwapDecoder(
      model: intervention.starts[author].model,
      stopTokens: intervention.starts[author].stopTokens,
      maximumTokens: intervention.settings.maximumTokens,
      batchRows: intervention.settings.batchRows)
  }

  private var name: String { intervention.models[author].name }
  private var other: String { intervention.models[1 - author].name }
  private var start: StartingModel { intervention.starts[author] }
  private var prompts: [TrainingPrompt] { intervention.problems.prompts }

  /// A response as its line has it.
  private struct Response {
    let tokenIDs: [Int32]
    let isCorrect: Bool
    /// Of a swap; else 0.
    let place: Int
    let promptID: String

    init?(parsing line: [UInt8]) {
      guard let value = try? JSONValue(parsing: line),
        let ids = value["response_ids"]?.arrayValue?.compactMap(\.integerValue),
        let isCorrect = value["correct"]?.boolValue,
        let promptID = value["prompt_id"]?.stringValue
      else { return nil }
      tokenIDs = ids.compactMap { Int32(exactly: $0) }
      (self.isCorrect, self.promptID) = (isCorrect, promptID)
      place = value["place"]?.integerValue.map { Int($0) } ?? 0
    }
  }

  // MARK: Steps

  /// All steps, those that are done already from their files.
  func run(
    in folder: InterventionFolder, pause: () throws -> Void,
    progress: (Intervention.Progress) -> Void
  ) throws -> InterventionResult.Direction {
    func report(_ label: String, _ unit: String, _ done: Int, _ total: Int) throws {
      progress(.init(label: label, unit: unit, done: done, total: total))
      try pause()
    }
    let clock = ContinuousClock()
    let path = folder.texts(of: name)
    let written = try folder.lines(
      path, count: prompts.count, batch: sampler.promptsPerBatch(for: start.model),
      batches: max(Parallel.threadCount, 1)
    ) {
      try write($0)
    } pause: {
      try report("\(name) writes", "texts", $0, prompts.count)
    }
    let texts = try written.enumerated().map { index, line in
      guard let response = Response(parsing: line), response.promptID == prompts[index].key,
        !response.tokenIDs.isEmpty
      else { throw damaged(path, line: index + 1) }
      return response
    }
    let positions = try self.positions(texts) {
      try report("scoring \(name)'s texts", "texts", $0, texts.count)
    }
    let plans = try self.plans(positions, pause: pause)
    let chosen = Set(plans.joined().flatMap(\.swapped)).sorted()
    let swapPath = folder.swaps(of: name, by: other)
    let sources = zip(prompts, texts).map {
      SwapDecoder.Text(prompt: $0.ids, response: $1.tokenIDs)
    }
    var (tokens, seconds) = (0, 0.0)
    let swapped = try folder.lines(
      swapPath, count: chosen.count, batch: decoder.batchRows,
      batches: max(Parallel.threadCount, 1)
    ) { range in
      var lines: [String] = []
      seconds +=
        try clock.measure {
          lines = try swap(chosen[range].map { positions.positions[$0] }, of: sources) {
            tokens += $0
          }
        } / .seconds(1)
      return lines
    } pause: {
      try report("\(name) goes on after \(other)'s choices", "swaps", $0, chosen.count)
    }
    var isCorrect: [Int: Bool] = [:]
    var decoded = 0
    for (number, (line, index)) in zip(swapped, chosen).enumerated() {
      let position = positions.positions[index]
      guard let response = Response(parsing: line), response.place == position.place,
        response.promptID == prompts[position.text].key
      else { throw damaged(swapPath, line: number + 1) }
      isCorrect[index] = response.isCorrect
      decoded += response.tokenIDs.count - position.place - 1
    }
    return InterventionResult.Direction(
      author: name, other: other, positions: positions,
      selectors: zip(intervention.settings.selectors, plans).map { selector, plans in
        InterventionResult.Selector(
          selector: selector,
          doses: plans.map { DoseResponse($0, positions) { isCorrect[$0] ?? false } })
      }, swappedTexts: chosen.count, decodedTokens: decoded,
      speed: tokens > 0 ? .init(tokens: tokens, seconds: seconds) : nil)
  }

  /// What a few problems take, and what all would.
  func estimate(trying count: Int, pause: () throws -> Void) throws -> InterventionCost.Direction {
    let range = 0..<min(count, prompts.count)
    let clock = ContinuousClock()
    var lines: [String] = []
    let writing = try clock.measure { lines = try write(range) } / .seconds(1)
    try pause()
    let texts = lines.compactMap { Response(parsing: Array($0.utf8)) }
    var positions: SwapPositions?
    let scoring =
      try clock.measure { positions = try self.positions(texts) { _ in try pause() } } / .seconds(1)
    guard let positions else { preconditionFailure("scored nothing") }
    let chosen = try Set(plans(positions, pause: pause).joined().flatMap(\.swapped)).sorted()
    let sources = zip(prompts, texts).map {
      SwapDecoder.Text(prompt: $0.ids, response: $1.tokenIDs)
    }
    var tokens = 0
    let swapping =
      try clock.measure {
        _ = try swap(chosen.map { positions.positions[$0] }, of: sources) { tokens += $0 }
      } / .seconds(1)
    let scale = Double(prompts.count) / Double(max(range.count, 1))
    func scaled(_ count: Int) -> Int { Int((Double(count) * scale).rounded(.up)) }
    return InterventionCost.Direction(
      author: name, other: other, tokens: scaled(positions.positions.count),
      differing: scaled(positions.differingCount), swappedTexts: scaled(chosen.count),
      swappedTokens: scaled(tokens), seconds: (writing + scoring + swapping) * scale)
  }

  // MARK: The model's own texts

  private var sampler: RolloutSampler {
    var sampling = RolloutSampler.Settings()
    sampling.sampler = Sampler(temperature: 0)
    sampling.maximumTokens = intervention.settings.maximumTokens
    sampling.stopTokens = start.stopTokens
    sampling.batchRows = intervention.settings.batchRows
    return RolloutSampler(sampling)
  }

  /// The most likely responses to some problems, as lines.
  private func write(_ range: Range<Int>) throws -> [String] {
    let some = prompts[range]
    let rollouts: [Rollout]
    do {
      rollouts = try sampler.rollouts(
        of: some.map(\.ids), keys: some.map(\.key), model: start.model)
    } catch {
      guard case .logitsNotFinite(let prompt, _, let token) = error else { throw error }
      throw notFinite(problem: range.lowerBound + prompt, token: token)
    }
    return rollouts.map { rollout in
      let prompt = prompts[range.lowerBound + rollout.prompt]
      let (text, verdict) = judged(rollout.tokenIDs, rollout.finish, prompt)
      var line = RolloutLine(
        rollout, promptID: prompt.key, promptIDs: prompt.ids, source: name)
      line.prompt = prompt.problem.prompt
      line.response = text
      line.isCorrect = verdict.isCorrect
      line.notes = [
        JSONMember(key: "verdict", value: .string(verdict.reason.rawValue)),
        JSONMember(key: "answer", value: .string(prompt.problem.answer)),
      ]
      return line.json.serialized()
    }
  }

  private func judged(
    _ ids: [Int32], _ finish: Rollout.Finish, _ prompt: TrainingPrompt
  ) -> (String, Verification) {
    let text = start.tokenizer.decode(ids, skipSpecialTokens: true, after: prompt.ids.last)
    return (
      text, intervention.problems.task.verify(text, of: prompt.problem, isComplete: finish == .stop)
    )
  }

  // MARK: Positions and plans

  private func positions(
    _ texts: [Response], pause: (Int) throws -> Void
  ) throws -> SwapPositions {
    let (before, after) = (intervention.starts[0].model, intervention.starts[1].model)
    let scorer = PairScorer(
      before: (intervention.models[0].name, before), after: (intervention.models[1].name, after),
      path: "\(name)'s texts")
    let found = try scorer.score(
      zip(prompts, texts).map { prompt, text in
        PairScorer.Text(ids: prompt.ids + text.tokenIDs, responseStart: prompt.ids.count)
      }, pause: pause)
    var categories = SwapCategories(start.tokenizer)
    return SwapPositions(
      found.enumerated().map { text, found in
        zip(texts[text].tokenIDs, found).enumerated().map { place, pair in
          SwapPosition(
            text: text, place: place, token: pair.0, pair.1, isBefore: author == 0)
        }
      }, isCorrect: texts.map(\.isCorrect), match: intervention.settings.match
    ) {
      categories.category(of: $0)
    }
  }

  /// `[selectors][budgets]`.
  private func plans(
    _ positions: SwapPositions, pause: () throws -> Void
  ) rethrows -> [[SwapPlan]] {
    let settings = intervention.settings
    return try settings.selectors.map { selector in
      try settings.budgets.map {
        try SwapPlan(
          positions, by: selector, budget: $0, controls: settings.controls,
          margin: settings.margin, seed: settings.seed, pause: pause)
      }
    }
  }

  // MARK: Swaps

  /// The model's responses after swaps, as lines; `count` gets the tokens that it decoded.
  private func swap(
    _ positions: [SwapPosition], of texts: [SwapDecoder.Text], count: (Int) -> Void
  ) throws -> [String] {
    let swaps = positions.map {
      SwapDecoder.Swap(text: $0.text, place: $0.place, choice: $0.replacement)
    }
    let results: [SwapDecoder.Result]
    do {
      results = try decoder.decode(swaps, of: texts)
    } catch {
      guard case .logitsNotFinite(let swap, _, let token) = error else { throw error }
      throw notFinite(problem: swaps[swap].text, token: token)
    }
    return zip(positions, results).map { position, result in
      count(result.tokenIDs.count - position.place - 1)
      let prompt = prompts[position.text]
      let (text, verdict) = judged(result.tokenIDs, result.finish, prompt)
      func ids(_ ids: [Int32]) -> JSONValue { .array(ids.map { .integer(Int64($0)) }) }
      return JSONValue.object([
        JSONMember(key: "id", value: .string("\(prompt.key)-\(name)+\(other)-\(position.place)")),
        JSONMember(key: "prompt_id", value: .string(prompt.key)),
        JSONMember(key: "source", value: .string("\(name)+\(other)")),
        JSONMember(key: "place", value: .integer(Int64(position.place))),
        JSONMember(key: "token", value: .integer(Int64(position.token))),
        JSONMember(key: "choice", value: .integer(Int64(position.replacement))),
        JSONMember(key: "differs", value: .bool(position.differs)),
        JSONMember(key: "prompt", value: .string(prompt.problem.prompt)),
        JSONMember(key: "response", value: .string(text)),
        JSONMember(key: "prompt_ids", value: ids(prompt.ids)),
        JSONMember(key: "response_ids", value: ids(result.tokenIDs)),
        JSONMember(key: "finish", value: .string(result.finish.rawValue)),
        JSONMember(key: "correct", value: .bool(verdict.isCorrect)),
        JSONMember(key: "verdict", value: .string(verdict.reason.rawValue)),
      ]).serialized()
    }
  }

  private func notFinite(problem: Int, token: Int) -> InterventionError {
    InterventionError(
      intervention.models[author].directory,
      "the logits after token \(token) of problem \(prompts[problem].key) are not finite; the "
        + "weights overflow, export them again")
  }

  private func damaged(_ path: String, line: Int) -> InterventionError {
    InterventionError(
      path, "line \(line) is not the one of this intervention; --overwrite begins anew")
  }
}
