internal import Analysis
internal import JSON
internal import RunLogs
internal import Texts

/// An answer as a page shows it.
struct AnswerText {
  /// Empty where nobody has it.
  let question: String
  let text: String
  /// Of metrics that rest on whole answers.
  let values: [GateMetric: Double]

  /// What is known of an answer in numbers.
  static func values(of answer: AnswerColumns.Answer) -> [GateMetric: Double] {
    func number(_ flag: Bool?) -> Double? { flag.map { $0 ? 1 : 0 } }
    let known: [(GateMetric, Double?)] = [
      (.accuracy, number(answer.correct)), (.passAtK, number(answer.correct)),
      (.reward, answer.reward), (.stoppedRate, number(answer.stopped)),
      (.formatRate, number(answer.formed)), (.length, answer.length.map(Double.init)),
    ]
    return Dictionary(
      uniqueKeysWithValues: known.compactMap { key, value in value.map { (key, $0) } })
  }
}

extension AnswerRunReader {
  /// Answers to some prompts, by prompt; reads the file again, since most of it isn't kept.
  ///
  /// - Parameters:
  ///   - prompts: their ids.
  ///   - author: whose answers.
  /// - Returns: in the order of the file; nothing of a prompt without an answer.
  /// - Throws: as `init`.
  func texts(to prompts: Set<String>, by author: String) throws -> [String: [AnswerText]] {
    var texts: [String: [AnswerText]] = [:]
    try visit { line, row, _ in
      guard line.source == author, prompts.contains(line.prompt) else { return }
      texts[line.prompt, default: []].append(
        AnswerText(
          question: Self.text(row.values[.prompt]), text: Self.text(row.values[.response]),
          values: AnswerText.values(of: line.answer)))
    }
    return texts
  }

  private static func text(_ value: JSONValue?) -> String {
    value.map { $0.stringValue ?? $0.serialized() } ?? ""
  }
}

extension TokenRunReader {
  /// The places of texts to some prompts, by prompt: the model's own, or those that are fixed.
  func places(to prompts: Set<String>, areFixed: Bool) -> [String: [Int]] {
    Dictionary(grouping: (areFixed ? fixedPlaces : own).filter { prompts.contains(promptIDs[$0]) })
    {
      promptIDs[$0]
    }
  }

  /// A text of the log, from its tokens' bytes.
  /// - Throws: `RunLogError` if the log can't be read.
  func text(at place: Int) throws -> AnswerText {
    let range = log.tokens(ofSequence: place)
    let ids = try table.tokenIDs(in: range)
    let start = table.texts.responseStarts[place]
    return AnswerText(
      question: decoded(ids.prefix(start)), text: decoded(ids.dropFirst(start)),
      values: AnswerText.values(
        of: answer(
          at: place, reward: try log.rewards()[place],
          length: try table.isResponse(in: range).count { $0 })))
  }

  /// The bytes of some tokens as text; ids where the log has no tokenizer.
  private func decoded(_ ids: some Sequence<UInt32>) -> String {
    var bytes: [UInt8] = []
    for id in ids { bytes += log.tokenBytes(id) ?? Array("⟨#\(id)⟩".utf8) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
