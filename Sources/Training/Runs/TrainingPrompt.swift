internal import Foundation
internal import JSON
internal import Tokenization

/// A prompt to sample responses to, and how they are judged.
struct TrainingPrompt: Sendable {
  /// Names its random numbers.
  let key: String
  let ids: [Int32]
  let problem: Problem
}

/// A response to imitate.
struct Demonstration: Sendable {
  let key: String
  let promptIDs: [Int32]
  /// With the end token.
  let responseIDs: [Int32]
  /// What rollouts of the same prompt are checked against; nil if nothing says it.
  var problem: Problem?
  /// log-probability of each token of the response under whoever wrote it, nats; empty if not known.
  var teacherLogProbs: [Double] = []
}

extension Problem {
  /// A problem of a file, of which only the answer is known.
  init(prompt: String, answer: String) {
    self.init(
      prompt: prompt, canonicalPrompt: prompt, answer: answer,
      content: .word(WordProblem(question: prompt, parts: [], answer: answer)))
  }
}

/// Lines of a file in an order that is another one in each pass over it.
struct ShuffledLines: Sendable {
  let count: Int
  let seed: UInt64
  let stream: String

  /// The lines of one step: `perStep` of them, going on where the step before (from 0) ended.
  func lines(ofStep step: Int, perStep: Int) -> [Int] {
    var orders: [Int: [Int]] = [:]
    return (step * perStep..<(step + 1) * perStep).map { place in
      let epoch = place / count
      let order = orders[epoch] ?? order(of: epoch)
      orders[epoch] = order
      return order[place % count]
    }
  }

  private func order(of epoch: Int) -> [Int] {
    var generator = CounterGenerator(
      seed: seed, stream: StableHash.value(of: stream), index: UInt64(epoch))
    return generator.shuffled(Array(0..<count))
  }
}

/// JSON lines with prompts, responses and answers.
enum TrainingFile {
  /// Responses to imitate: `prompt` and `response`, or `prompt_ids` and `response_ids`.
  ///
  /// The end token is put behind a response that doesn't end with it.
  static func demonstrations(
    _ path: String, _ start: StartingModel
  ) throws -> [Demonstration] {
    try lines(path) { line, value in
      let subject = "\(path), line \(line)"
      let prompt = try ids(value, "prompt", path, line) { try start.promptIDs($0) }
      var response = try ids(value, "response", path, line) {
        try start.tokenizer.encode($0, addSpecialTokens: false, behind: prompt.last)
      }
      let logProbs = try numbers(value, "logprobs", path, line)
      if response.last != start.endToken {
        guard logProbs.isEmpty else {
          throw TrainingError.badLine(
            path: path, line: line, "with \"logprobs\" the response has to end with its end token")
        }
        response.append(start.endToken)
      }
      guard logProbs.isEmpty || logProbs.count == response.count else {
        throw TrainingError.badLine(
          path: path, line: line,
          "\"logprobs\" has \(logProbs.count) numbers, the response \(response.count) tokens")
      }
      try start.check(prompt, more: response.count, of: subject)
      try start.check(response, more: prompt.count, of: subject)
      let text =
        value["response"]?.stringValue
        ?? start.tokenizer.decode(response, skipSpecialTokens: true, behind: prompt.last)
      let answer = try answer(value, path, line) ?? CarryArithmetic.answer(in: text)
      return Demonstration(
        key: "\(line)", promptIDs: prompt, responseIDs: response,
        problem: answer.map { Problem(prompt: value["prompt"]?.stringValue ?? "", answer: $0) },
        teacherLogProbs: logProbs)
    }
  }

  /// Prompts with the answers that carry arithmetic's verifier looks for.
  static func prompts(
    _ path: String, _ start: StartingModel, maximumTokens: Int
  ) throws -> [TrainingPrompt] {
    try lines(path) { line, value in
      let ids = try ids(value, "prompt", path, line) { try start.promptIDs($0) }
      try start.check(ids, more: maximumTokens, of: "\(path), line \(line)")
      guard let answer = try answer(value, path, line) else {
        throw TrainingError.badLine(path: path, line: line, "needs \"answer\", a whole number")
      }
      return TrainingPrompt(
        key: "\(line)", ids: ids,
        problem: Problem(prompt: value["prompt"]?.stringValue ?? "", answer: answer))
    }
  }

  private static func lines<Row>(
    _ path: String, _ body: (Int, JSONValue) throws -> Row
  ) throws -> [Row] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TrainingError.file(path: path, reason: "can't be read; is the name right?")
    }
    var rows: [Row] = []
    for (index, piece) in data.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    where !piece.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
      let value: JSONValue
      do { value = try JSONValue(parsing: Array(piece)) } catch {
        throw TrainingError.badLine(
          path: path, line: index + 1, "invalid JSON at column \(error.column): \(error.reason)")
      }
      rows.append(try body(index + 1, value))
    }
    guard !rows.isEmpty else { throw TrainingError.file(path: path, reason: "has no lines") }
    return rows
  }

  /// `<name>_ids` as they are, or the text `<name>` made into ids.
  private static func ids(
    _ value: JSONValue, _ name: String, _ path: String, _ line: Int,
    encode: (String) throws -> [Int32]
  ) throws -> [Int32] {
    if let list = value[name + "_ids"], list != .null {
      let ids = (list.arrayValue ?? []).compactMap { $0.integerValue.flatMap(Int32.init) }
      guard let count = list.arrayValue?.count, count == ids.count else {
        throw TrainingError.badLine(
          path: path, line: line, "\"\(name)_ids\" should be a list of token ids")
      }
      return ids
    }
    guard let text = value[name]?.stringValue else {
      throw TrainingError.badLine(path: path, line: line, "needs \"\(name)\" or \"\(name)_ids\"")
    }
    return try encode(text)
  }

  /// A list of numbers; empty where there is none.
  private static func numbers(
    _ value: JSONValue, _ name: String, _ path: String, _ line: Int
  ) throws(TrainingError) -> [Double] {
    guard let list = value[name], list != .null else { return [] }
    let numbers = (list.arrayValue ?? []).compactMap(\.doubleValue)
    guard list.arrayValue?.count == numbers.count else {
      throw .badLine(path: path, line: line, "\"\(name)\" should be a list of numbers")
    }
    return numbers
  }

  private static func answer(
    _ value: JSONValue, _ path: String, _ line: Int
  ) throws(TrainingError) -> String? {
    guard let answer = value["answer"], answer != .null else { return nil }
    if let number = answer.integerValue { return String(number) }
    guard let text = answer.stringValue,
      let number = NumberText.normalized(Array(text.utf8), .integer)
    else {
      throw .badLine(path: path, line: line, "\"answer\" should be a whole number")
    }
    return String(decoding: number, as: UTF8.self)
  }
}

extension CarryArithmetic {
  /// The number behind the marker of a response, in its one spelling.
  static func answer(in response: String) -> String? {
    guard
      case .answer(_, let bytes) = AnswerText.find(
        in: Array(response.utf8), markers: ["####"], endOfText: CarryArithmetic().endOfText),
      let number = NumberText.normalized(bytes, .integer)
    else { return nil }
    return String(decoding: number, as: UTF8.self)
  }
}
