internal import JSON
package import Texts

/// One line of a texts file, as written: a prompt and a response, as text, as ids, or as both.
package struct TextLine: Sendable, Equatable {
  /// Number of the line in its file, from 1.
  package var line: Int
  /// The field `id`, or the line number.
  package var id: String
  /// The field `prompt_id`, or the id.
  package var promptID: String
  /// The field `sample_id`, or 0.
  package var sampleID: Int
  /// Which model wrote the response; empty if not said.
  package var source: String
  /// Why the response ended; empty if not said.
  package var finish: String
  /// Whether the answer is right, if said.
  package var correct: Bool?
  /// The reward, if said.
  package var reward: Double?
  /// The prompt's text, if given.
  package var prompt: String?
  /// The response's text, if given.
  package var response: String?
  /// The prompt's tokens, if given.
  package var promptIDs: [Int32]?
  /// The response's tokens, if given.
  package var responseIDs: [Int32]?
  /// Whether each token of `responseIDs` counts as one of the response; nil if all do.
  package var responseMask: [Bool]?
  /// All other fields, as a JSON object.
  package var metadata: String
  /// What fields are called that don't have their plain names.
  package var fieldNames: [TextFields.Field: String]

  /// Parses one line.
  ///
  /// - Parameters:
  ///   - bytes: the line without its line end.
  ///   - line: its number, from 1.
  ///   - path: the file, for messages.
  ///   - needed: what the line must have.
  ///   - names: what its fields are called.
  /// - Throws: `ScoringError.badLine`.
  package init(
    parsing bytes: [UInt8], line: Int, path: String,
    requiring needed: Needed = .promptsAndResponses, fields names: TextFields = TextFields()
  ) throws(ScoringError) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes, maximumDepth: 64, dialect: .python)
    } catch {
      // The parser sees one line, so its own line number says nothing.
      let isText = String(validating: bytes, as: UTF8.self) != nil
      // Python's json writes a text that was cut within a character so.
      let isHalf = error.reason.hasPrefix("invalid Unicode")
      throw .badLine(
        path: path, line: line,
        "invalid JSON at column \(error.column): \(error.reason); "
          + (isHalf
            ? "it is half of a character; write \\ufffd for it, or both halves"
            : isText
              ? "write one JSON object per line"
              : "convert the file, if it is Latin-1: iconv -f LATIN1 -t UTF-8 FILE > texts.jsonl"))
    }
    guard let members = value.objectValue else {
      throw .badLine(path: path, line: line, "is not an object {\"prompt\": …, \"response\": …}")
    }
    let hasResponse = needed == .promptsAndResponses
    let row: TextRow
    do { row = try TextRow(members, names, hasResponse: hasResponse) } catch {
      throw .badLine(path: path, line: line, error.description)
    }
    let fields = TextLineFields(row: row, line: line, path: path)
    self.line = line
    id = try fields.name(.id) ?? "line-\(line)"
    promptID = try fields.name(.promptID) ?? id
    sampleID = Int(try fields.integer(.sampleID) ?? 0)
    source = try fields.name(.source) ?? ""
    finish = try fields.name(.finish) ?? ""
    correct = try fields.flag(.correct)
    reward = try fields.number(.reward)
    prompt = try fields.text(.prompt)
    promptIDs = try fields.tokenIDs(.promptIDs)
    response = hasResponse ? try fields.text(.response) : nil
    responseIDs = hasResponse ? try fields.tokenIDs(.responseIDs) : nil
    responseMask = hasResponse ? try fields.mask(of: responseIDs) : nil
    metadata = JSONValue.object(row.rest).serialized()
    fieldNames = row.names
    let isComplete =
      switch needed {
      case .promptsAndResponses:
        (promptIDs != nil || prompt != nil) && (responseIDs != nil || response != nil)
      case .prompts: promptIDs != nil || prompt != nil
      }
    guard isComplete else { throw .badLine(path: path, line: line, needed.fix(names)) }
  }

  /// What each line must have.
  package enum Needed: Sendable {
    /// Texts to be scored.
    case promptsAndResponses
    /// Texts to be continued.
    case prompts

    fileprivate func fix(_ names: TextFields) -> String {
      func one(_ text: TextFields.Field, _ ids: TextFields.Field) -> String {
        [text, ids].compactMap { names.name(of: $0) }.map { "\"\($0)\"" }
          .joined(separator: " or ")
      }
      let prompt = "needs " + one(.prompt, .promptIDs)
      switch self {
      case .promptsAndResponses:
        return prompt + ", and " + one(.response, .responseIDs)
          + "; fields of other names: --fields prompt=…,response=…"
      case .prompts: return prompt + "; a field of another name: --fields prompt=…"
      }
    }
  }
}
