internal import JSON
internal import Tasks
package import Texts
internal import Tokenization

/// JSON lines with prompts, responses and answers.
package enum TrainingFile {
  /// Responses to imitate: prompts and responses as text or as ids, under the names that `fields` has.
  ///
  /// The end token is put after a response that doesn't end with it, and counts where the token
  /// before it does. Nothing predicts the first token of a text, so a response without a prompt is
  /// learned from its second token on.
  static func demonstrations(
    _ path: String, _ start: StartingModel, fields: TextFields = TextFields()
  ) throws -> [Demonstration] {
    try lines(path) { line, members in
      let subject = "\(path), line \(line)"
      let row = try TrainingLine(members, fields, hasResponse: true, line: line, path: path)
      var prompt = try row.ids(.prompt, .promptIDs) { try start.promptIDs($0) }
      var response = try row.ids(.response, .responseIDs) {
        try start.tokenizer.encode($0, addSpecialTokens: false, after: prompt.last)
      }
      var mask = try row.mask(ofTokens: response.count)
      var logProbs = try row.numbers("logprobs")
      let text =
        row.text(.response)
        ?? start.tokenizer.decode(response, skipSpecialTokens: true, after: prompt.last)
      if response.last != start.endToken {
        guard logProbs.isEmpty else {
          throw row.bad("with \"logprobs\" the response has to end with its end token")
        }
        response.append(start.endToken)
        let isCounted = mask?.last ?? true
        mask?.append(isCounted)
      }
      guard logProbs.isEmpty || logProbs.count == response.count else {
        throw row.bad(
          "\"logprobs\" has \(logProbs.count) numbers, the response \(response.count) tokens")
      }
      if prompt.isEmpty {
        guard response.count > 1 else {
          throw row.bad(
            "has no prompt and a response of one token, which nothing predicts; add a prompt")
        }
        prompt = [response.removeFirst()]
        mask?.removeFirst()
        logProbs = Array(logProbs.dropFirst())
      }
      try start.check(prompt, more: response.count, of: subject)
      try start.check(response, more: prompt.count, of: subject)
      let stated = try row.answer()
      let answer = stated ?? CarryArithmetic.answer(in: text)
      return Demonstration(
        key: "\(line)", promptIDs: prompt, responseIDs: response,
        problem: answer.map { Problem(prompt: row.text(.prompt) ?? "", answer: $0) },
        hasOwnAnswer: stated != nil, teacherLogProbs: logProbs,
        mask: mask?.contains(false) ?? false ? mask : nil)
    }
  }

  /// Prompts with the answers that carry arithmetic's verifier looks for.
  package static func prompts(
    _ path: String, _ start: StartingModel, maximumTokens: Int, fields: TextFields = TextFields()
  ) throws -> [TrainingPrompt] {
    try lines(path) { line, members in
      let row = try TrainingLine(members, fields, hasResponse: false, line: line, path: path)
      let ids = try row.ids(.prompt, .promptIDs) { try start.promptIDs($0) }
      try start.check(ids, more: maximumTokens, of: "\(path), line \(line)")
      guard let answer = try row.answer() else {
        throw row.bad("needs \"answer\", a whole number")
      }
      return TrainingPrompt(
        key: "\(line)", ids: ids,
        problem: Problem(prompt: row.text(.prompt) ?? "", answer: answer))
    }
  }

  private static func lines<Row>(
    _ path: String, _ body: (Int, [JSONMember]) throws -> Row
  ) throws -> [Row] {
    var rows: [Row] = []
    do {
      try ByteStream.checkIsRegular(path)
      var stream = try LineStream(path: path)
      while let line = try stream.next() {
        let value: JSONValue
        do { value = try JSONValue(parsing: line.bytes) } catch {
          throw TrainingError.badLine(
            path: path, line: line.number,
            "invalid JSON at column \(error.column): \(error.reason)")
        }
        guard let members = value.objectValue else {
          throw TrainingError.badLine(
            path: path, line: line.number, "is not an object {\"prompt\": …, \"response\": …}")
        }
        rows.append(try body(line.number, members))
      }
    } catch let error as TextError {
      throw error.line.map { .badLine(path: path, line: $0, error.reason) }
        ?? TrainingError.file(path: path, reason: error.reason)
    }
    guard !rows.isEmpty else { throw TrainingError.file(path: path, reason: "has no lines") }
    return rows
  }
}

/// The fields of a line, each asked for what it must hold.
private struct TrainingLine {
  private let row: TextRow
  private let names: TextFields
  private let line: Int
  private let path: String

  init(
    _ members: [JSONMember], _ fields: TextFields, hasResponse: Bool, line: Int, path: String
  ) throws(TrainingError) {
    do { row = try TextRow(members, fields, hasResponse: hasResponse) } catch {
      throw .badLine(path: path, line: line, error.description)
    }
    (names, self.line, self.path) = (fields, line, path)
  }

  func bad(_ reason: String) -> TrainingError { .badLine(path: path, line: line, reason) }

  /// A text, if it is there.
  func text(_ field: TextFields.Field) -> String? { row.values[field]?.stringValue }

  /// Ids as they are, or the text made into ids.
  func ids(
    _ field: TextFields.Field, _ idField: TextFields.Field, encode: (String) throws -> [Int32]
  ) throws -> [Int32] {
    if let list = row.values[idField] {
      let ids = (list.arrayValue ?? []).compactMap { $0.integerValue.flatMap(Int32.init) }
      guard let count = list.arrayValue?.count, count == ids.count else {
        throw bad("\"\(row.name(of: idField))\" should be a list of token ids")
      }
      return ids
    }
    guard let text = text(field) else {
      let wanted = [field, idField].compactMap { names.name(of: $0) }.map { "\"\($0)\"" }
      throw bad("needs \(wanted.joined(separator: " or "))")
    }
    return try encode(text)
  }

  /// Whether each of so many tokens counts; nil where nothing is said.
  func mask(ofTokens count: Int) throws(TrainingError) -> [Bool]? {
    guard let list = row.values[.responseMask] else { return nil }
    let name = row.name(of: .responseMask)
    guard row.values[.responseIDs] != nil else {
      throw bad(
        "\"\(name)\" needs \"response_ids\": it says of each of them whether the model wrote it")
    }
    let flags = (list.arrayValue ?? []).compactMap { value -> Bool? in
      value.boolValue ?? value.doubleValue.flatMap { $0 == 1 ? true : $0 == 0 ? false : nil }
    }
    guard let elements = list.arrayValue, elements.count == flags.count else {
      throw bad("\"\(name)\" should be a list of 0 and 1")
    }
    guard flags.count == count else {
      throw bad(
        "\"\(name)\" has \(flags.count) entries for \(count) response ids; give one for each")
    }
    return flags
  }

  /// A list of numbers; empty where there is none.
  func numbers(_ name: String) throws(TrainingError) -> [Double] {
    guard let list = rest(name) else { return [] }
    let numbers = (list.arrayValue ?? []).compactMap(\.doubleValue)
    guard list.arrayValue?.count == numbers.count else {
      throw bad("\"\(name)\" should be a list of numbers")
    }
    return numbers
  }

  /// The right answer, a whole number in its one spelling; nil where nothing says it.
  func answer() throws(TrainingError) -> String? {
    guard let answer = rest("answer") else { return nil }
    if let number = answer.integerValue { return String(number) }
    guard let text = answer.stringValue,
      let number = DecimalText.normalized(Array(text.utf8), .integer)
    else {
      throw bad("\"answer\" should be a whole number")
    }
    return String(decoding: number, as: UTF8.self)
  }

  private func rest(_ name: String) -> JSONValue? {
    row.rest.first { $0.hasKey(name) && $0.value != .null }?.value
  }
}
