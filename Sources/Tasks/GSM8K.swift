import Foundation
import JSON

/// Word problems of a JSONL file with `question` and `answer`, such as GSM8K's, for real
/// checkpoints.
///
/// The file is the user's; its answers end in `#### number` and may have calculations in double
/// angle brackets. The problems are spread over the splits by the hash of their prompts, whatever
/// split the file itself was.
package struct GSM8K: TrainingTask {
  /// `gsm8k`.
  package let name = "gsm8k"
  /// Those that the file has problems of; shifted in length or magnitude at most.
  package let splits: [ProblemSplit]
  /// All bytes: words are written in any of them.
  package let alphabet = [UInt8](0...255)
  /// The end of text of many checkpoints.
  package let endOfText: String
  /// What base's texts are made of.
  package let mixture: BaseMixture
  /// How many problems each of `splits` has.
  package var counts: [ProblemSplit: Int] { problems.mapValues(\.count) }

  private let problems: [ProblemSplit: [Problem]]

  /// Reads a file.
  ///
  /// - Throws: `TaskError` if it can't be read, has a line that is no problem, or too few for the
  ///   splits `train` and `test`.
  package init(
    contentsOf path: String, endOfText: String = "<|endoftext|>", mixture: BaseMixture = .words
  ) throws(TaskError) {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw .unreadable(file: path, reason: error.localizedDescription)
    }
    try self.init(lines: Array(bytes), file: path, endOfText: endOfText, mixture: mixture)
  }

  /// Reads lines that lie in memory; `file` is named in errors.
  package init(
    lines bytes: [UInt8], file: String, endOfText: String = "<|endoftext|>",
    mixture: BaseMixture = .words
  ) throws(TaskError) {
    (self.endOfText, self.mixture) = (endOfText, mixture)
    var problems: [ProblemSplit: [Problem]] = [:]
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !AnswerText.trimmed(line).isEmpty {
      let problem = try Self.problem(Array(line), file: file, line: index + 1)
      for split in Self.possibleSplits where Self.belongs(problem, to: split) {
        problems[split, default: []].append(problem)
      }
    }
    for split in [ProblemSplit.train, .test] where problems[split] == nil {
      throw .emptySplit(file: file, split: split.description)
    }
    self.problems = problems
    splits = Self.possibleSplits.filter { problems[$0] != nil }
  }

  private static let possibleSplits: [ProblemSplit] =
    [.pretraining, .train, .validation, .test, .harder]
    + [ProblemShift.length, .magnitude].map { .outOfDistribution($0) }

  private static func problem(
    _ line: [UInt8], file: String, line number: Int
  ) throws(TaskError) -> Problem {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: line)
    } catch {
      throw .invalidLine(file: file, line: number, reason: error.description)
    }
    guard let question = value["question"]?.stringValue, let answer = value["answer"]?.stringValue
    else {
      throw .invalidLine(file: file, line: number, reason: "question or answer is missing")
    }
    guard let word = WordProblem(question: question, answer: answer) else {
      throw .invalidLine(
        file: file, line: number, reason: "the answer doesn't end in one number after ####")
    }
    let words = Array(question.utf8).split(whereSeparator: AnswerText.isSpace)
    let canonical = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    return Problem(
      prompt: "Question: \(word.question)\nAnswer:", canonicalPrompt: canonical,
      answer: word.answer, content: .word(word))
  }

  /// Two to four calculations with an answer below 1,000 are in distribution, five or six harder.
  private static func belongs(_ problem: Problem, to split: ProblemSplit) -> Bool {
    guard case .word(let word) = problem.content,
      split.contains(canonicalPrompt: problem.canonicalPrompt)
    else { return false }
    let steps = word.calculations.count
    let digits = DecimalText.normalized(Array(word.answer.utf8), .everyday) ?? []
    let isLarge = digits.prefix { $0 != UInt8(ascii: ".") }.count > 3
    switch split {
    case .harder: return (5...6).contains(steps)
    case .outOfDistribution(.length): return steps > 6
    case .outOfDistribution(.magnitude): return isLarge
    default: return steps < 5 && !isLarge
    }
  }

  /// One of the file's problems of that split, each equally likely.
  package func problem(
    from split: ProblemSplit, using generator: inout CounterGenerator
  ) -> Problem {
    guard let problems = problems[split] else {
      preconditionFailure("\(name) has no split \(split)")
    }
    return generator.element(of: problems)
  }

  /// The number after the only `####`; commas, a dollar sign, zeros and dots at the end don't
  /// matter.
  package func verify(
    _ response: [UInt8], of problem: Problem, isComplete: Bool
  ) -> Verification {
    guard isComplete else { return Verification(.unfinished) }
    switch AnswerText.find(in: response, markers: ["####"], endOfText: endOfText) {
    case .verdict(let verdict): return verdict
    case .answer(_, let bytes):
      guard let number = DecimalText.normalized(bytes, .everyday) else {
        return Verification(.malformedAnswer)
      }
      let expected = DecimalText.normalized(Array(problem.answer.utf8), .everyday)
      return Verification(number == expected ? .correct : .wrongAnswer)
    }
  }

  static func word(_ problem: Problem) -> WordProblem {
    guard case .word(let word) = problem.content else {
      preconditionFailure("GSM8K: '\(problem.prompt)' is another task's problem")
    }
    return word
  }
}
