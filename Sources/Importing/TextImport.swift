internal import Files
internal import JSON
internal import Texts

/// Samples of an evaluation as texts to score: what `lm-eval --log_samples` writes.
///
/// Each row is a document under one of the task's filters; its prompt and responses become a text for
/// each response. Rows of further filters have the same responses and are left out. Numbers of the
/// harness, sums over a whole continuation, stay in the texts' metadata.
package struct TextImport {
  /// What became of the file.
  package struct Result: Sendable, Equatable {
    package var texts = 0
    package var rows = 0
    /// Rows of a document's further filters.
    package var repeatedRows = 0
    /// Texts whose correctness is known.
    package var judged = 0
  }

  /// Reads and writes.
  ///
  /// - Parameters:
  ///   - path: samples, JSON lines.
  ///   - destination: texts, JSON lines; appears whole or not at all.
  ///   - author: who wrote the responses; nil for nobody knows.
  ///   - pause: called now and then; what it throws ends the import.
  /// - Returns: counts.
  /// - Throws: `ImportFault`, `TextError`, `FileError`.
  package static func lmEval(
    _ path: String, to destination: String, author: String?, pause: () throws -> Void = {}
  ) throws -> Result {
    var result = Result()
    var seen: Set<String> = []
    var file = try FileReplacement(path: destination)
    var lines = try LineStream(
      path: path, longest: JSONRows.longestLine, checksFirstLine: false, pause: pause)
    while let line = try lines.next(pause: pause) {
      let place = "line \(line.number)"
      let row: JSONValue
      do throws(JSONError) {
        row = try JSONValue(parsing: line.bytes, dialect: .python)
      } catch {
        throw ImportFault(path, place, "column \(error.column): \(error.reason); remove the line")
      }
      guard let document = row["doc_id"].flatMap(name), let responses = row["resps"]?.arrayValue,
        let arguments = row["arguments"].map(Self.arguments), !arguments.isEmpty
      else {
        throw ImportFault(
          path, place,
          "has no 'doc_id', 'arguments' and 'resps', as samples of lm-eval have; run it with --log_samples"
        )
      }
      result.rows += 1
      guard seen.insert(document).inserted else {
        result.repeatedRows += 1
        continue
      }
      for text in texts(row, document, arguments, responses) {
        result.texts += 1
        if text["correct"] != nil { result.judged += 1 }
        var members = text.objectValue ?? []
        if let author { members.append(JSONMember(key: "source", value: .string(author))) }
        try file.append(Array((JSONValue.object(members).serialized() + "\n").utf8))
      }
    }
    guard result.texts > 0 else {
      throw ImportFault(path, nil, "has no text; give samples of lm-eval with responses")
    }
    try file.commit()
    return result
  }

  private static func name(_ value: JSONValue) -> String? {
    value.stringValue ?? value.integerValue.map(String.init)
  }

  /// Prompt and second argument of each request: a continuation, or settings of generation.
  private static func arguments(_ value: JSONValue) -> [(prompt: String, second: JSONValue?)] {
    // Versions before 0.4.3 have a list of lists.
    let requests = value.arrayValue ?? value.objectValue?.map(\.value) ?? []
    return requests.compactMap { request in
      let parts = request.arrayValue ?? request.objectValue?.map(\.value) ?? []
      return parts.first?.stringValue.map { ($0, parts.count > 1 ? parts[1] : nil) }
    }
  }

  private static func texts(
    _ row: JSONValue, _ document: String, _ arguments: [(prompt: String, second: JSONValue?)],
    _ responses: [JSONValue]
  ) -> [JSONValue] {
    var texts: [JSONValue] = []
    for (number, argument) in arguments.enumerated() {
      let answers = number < responses.count ? responses[number].arrayValue ?? [] : []
      if let continuation = argument.second?.stringValue {
        // One continuation each; the harness's answer is its log-probability and whether it is greedy.
        let numbers = answers.first?.arrayValue ?? answers
        var isCorrect: Bool?
        if arguments.count > 1, let gold = row["target"].flatMap(name).flatMap({ Int($0) }) {
          isCorrect = gold == number
        }
        texts.append(
          text(
            document, number, argument.prompt, continuation, isCorrect,
            [
              JSONMember(
                key: "lm_eval_logp",
                value: numbers.first?.stringValue.flatMap { Double($0) }.map { .number($0) }
                  ?? numbers.first ?? .null)
            ]))
        continue
      }
      for (sample, answer) in answers.enumerated() {
        guard let response = answer.stringValue else { continue }
        // A metric is of the document: of one response it is the response's.
        let metric = answers.count == 1 ? row["exact_match"] ?? row["acc"] : nil
        let isCorrect = metric?.doubleValue.flatMap { $0 == 1 ? true : $0 == 0 ? false : nil }
        texts.append(text(document, sample, argument.prompt, response, isCorrect, []))
      }
    }
    return texts
  }

  private static func text(
    _ document: String, _ number: Int, _ prompt: String, _ response: String, _ isCorrect: Bool?,
    _ others: [JSONMember]
  ) -> JSONValue {
    var members = [
      JSONMember(key: "id", value: .string("\(document)-\(number)")),
      JSONMember(key: "prompt_id", value: .string(document)),
      JSONMember(key: "sample_id", value: .integer(Int64(number))),
      JSONMember(key: "prompt", value: .string(prompt)),
      JSONMember(key: "response", value: .string(response)),
    ]
    if let isCorrect { members.append(JSONMember(key: "correct", value: .bool(isCorrect))) }
    return .object(members + others)
  }
}
