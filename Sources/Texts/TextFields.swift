package import JSON

/// What the fields of a line are called.
///
/// Unless told otherwise a line says `prompt` and `response`, and other trainers' names are taken
/// where these aren't there: `prompt` and `completion` (TRL), `input` and `output` with `score` as
/// reward (verl), `question` and `answer`. A line in which two of them could be meant is refused.
package struct TextFields: Sendable, Equatable {
  /// A field that is read; the raw value is its plain name.
  package enum Field: String, Sendable, CaseIterable {
    case id, source, correct, reward, finish, prompt, response
    case promptID = "prompt_id"
    case sampleID = "sample_id"
    case promptIDs = "prompt_ids"
    case responseIDs = "response_ids"
    case responseMask = "response_mask"
  }

  /// Names that stand for a prompt or a response where the plain ones aren't there.
  static let otherNames = ["completion", "input", "output", "question", "answer"]

  /// The names that were given in place of plain ones.
  package private(set) var names: [Field: String] = [:]

  /// Plain names.
  package init() {}

  /// Names as `prompt=a,response=b`.
  /// - Throws: `TextFieldError`.
  package init(parsing text: String) throws(TextFieldError) {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[1].isEmpty else {
        throw TextFieldError("'\(part)' names no field: write prompt=a,response=b")
      }
      guard let field = Field(rawValue: String(sides[0])) else {
        let known = Field.allCases.map(\.rawValue).joined(separator: ", ")
        throw TextFieldError("'\(sides[0])' is no field of a text; there are \(known)")
      }
      guard names[field] == nil else {
        throw TextFieldError("'\(field.rawValue)' is named twice")
      }
      guard !names.values.contains(String(sides[1])) else {
        throw TextFieldError("'\(sides[1])' can't be two fields at once")
      }
      names[field] = String(sides[1])
    }
  }

  /// As `init(parsing:)` reads it.
  package var description: String { Self.text(of: names) }

  /// `prompt=a,response=b`, in the order of the fields.
  package static func text(of names: [Field: String]) -> String {
    Field.allCases.compactMap { field in names[field].map { "\(field.rawValue)=\($0)" } }
      .joined(separator: ",")
  }

  /// What a member must be called to be this field; nil if its plain name is another field's.
  package func name(of field: Field) -> String? {
    names[field] ?? (names.values.contains(field.rawValue) ? nil : field.rawValue)
  }
}

/// What is wrong with the names of fields, on one line.
package struct TextFieldError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The line.
  package let description: String

  init(_ description: String) { self.description = description }
}

/// A line's members, told apart.
package struct TextRow: Sendable {
  /// The fields that are there and not null.
  package private(set) var values: [TextFields.Field: JSONValue] = [:]
  /// What those are called that don't have their plain names.
  package private(set) var names: [TextFields.Field: String] = [:]
  /// All other members, in their order.
  package private(set) var rest: [JSONMember] = []

  /// Tells a line's members apart.
  ///
  /// - Parameters:
  ///   - members: of the line's object.
  ///   - fields: what they are called.
  ///   - hasResponse: whether the response is wanted; if not, only the prompt's other names are taken.
  /// - Throws: `TextFieldError` for chat messages, and where two members could be one field.
  package init(
    _ members: [JSONMember], _ fields: TextFields, hasResponse: Bool
  ) throws(TextFieldError) {
    let present = Set(members.lazy.filter { $0.value != .null }.map(\.key))
    if present.contains("messages"), !fields.names.values.contains("messages") {
      throw TextFieldError(Self.chatHint(promptName: hasResponse ? nil : "messages"))
    }
    names = fields.names.filter { present.contains($0.value) }
    let asked: [TextFields.Field] = [.prompt, .response, .promptIDs, .responseIDs]
    if asked.allSatisfy({ fields.names[$0] == nil }) {
      names.merge(try Self.otherNames(present, hasResponse: hasResponse)) { given, _ in given }
    }
    var fieldOf: [String: TextFields.Field] = [:]
    for field in TextFields.Field.allCases {
      if let name = names[field] ?? fields.name(of: field) { fieldOf[name] = field }
    }
    for member in members {
      if let field = fieldOf[member.key] {
        // Tables write NaN where a row has nothing.
        if member.value != .null, member.value != .otherNumber("NaN") {
          values[field] = member.value
        }
      } else {
        rest.append(member)
      }
    }
    for field in [TextFields.Field.prompt, .response] {
      let isChat = values[field]?.arrayValue?.contains { $0.objectValue != nil } ?? false
      guard isChat, field == .prompt || hasResponse else { continue }
      throw TextFieldError(Self.chatHint(promptName: hasResponse ? nil : name(of: .prompt)))
    }
  }

  /// What a field is called on this line.
  package func name(of field: TextFields.Field) -> String { names[field] ?? field.rawValue }

  /// Names of other trainers, for fields whose plain ones aren't there.
  private static func otherNames(
    _ present: Set<String>, hasResponse: Bool
  ) throws(TextFieldError) -> [TextFields.Field: String] {
    let hasPrompt = present.contains("prompt") || present.contains("prompt_ids")
    let isAnswered = present.contains("response") || present.contains("response_ids")
    if !hasResponse {
      if hasPrompt { return [:] }
      let found = ["input", "question"].filter(present.contains)
      return try single(found, "prompt").map { [.prompt: $0] } ?? [:]
    }
    if present.contains("response"), present.contains("completion") {
      throw TextFieldError(ambiguous("response", "completion", "response"))
    }
    if !isAnswered, present.contains("completion") { return [.response: "completion"] }
    guard !hasPrompt, !isAnswered else { return [:] }
    let pairs = [("input", "output"), ("question", "answer")].filter {
      present.contains($0.0) && present.contains($0.1)
    }
    guard let prompt = try single(pairs.map(\.0), "prompt"), let pair = pairs.first else {
      return [:]
    }
    var names: [TextFields.Field: String] = [.prompt: prompt, .response: pair.1]
    if prompt == "input", present.contains("score"), !present.contains("reward") {
      names[.reward] = "score"
    }
    return names
  }

  private static func single(
    _ names: [String], _ field: String
  ) throws(TextFieldError) -> String? {
    if names.count > 1 { throw TextFieldError(ambiguous(names[0], names[1], field)) }
    return names.first
  }

  private static func ambiguous(_ a: String, _ b: String, _ field: String) -> String {
    "has \"\(a)\" and \"\(b)\", and either could be the \(field); say which: --fields \(field)=\(a)"
  }

  /// What makes ids of chat messages, which need the tokenizer's own template.
  ///
  /// - Parameter promptName: the member with the messages where there are only prompts, which the
  ///   recorder doesn't render; nil else.
  /// - Returns: a line without a place.
  private static func chatHint(promptName: String?) -> String {
    let start = "chat messages must be rendered first"
    guard let promptName else {
      return start
        + ": python -m tokenshift_recorder.render TEXTS --tokenizer DIR --output ids.jsonl"
    }
    return start + "; in Python: t = AutoTokenizer.from_pretrained(DIR); row[\"prompt_ids\"] = "
      + "t.apply_chat_template(row[\"\(promptName)\"], add_generation_prompt=True, "
      + "return_dict=False)"
  }
}
