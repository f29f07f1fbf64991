internal import JSON

/// One line of a texts file, as written: a prompt and a response, as text, as ids, or as both.
public struct TextLine: Sendable, Equatable {
  /// Number of the line in its file, from 1.
  public var line: Int
  /// The field `id`, or the line number.
  public var id: String
  /// The field `prompt_id`, or the id.
  public var promptID: String
  /// The field `sample_id`, or 0.
  public var sampleID: Int
  /// Which model wrote the response; empty if not said.
  public var source: String
  /// Why the response ended; empty if not said.
  public var finish: String
  /// Whether the answer is right, if said.
  public var correct: Bool?
  /// The reward, if said.
  public var reward: Double?
  /// The prompt's text, if given.
  public var prompt: String?
  /// The response's text, if given.
  public var response: String?
  /// The prompt's tokens, if given.
  public var promptIDs: [Int32]?
  /// The response's tokens, if given.
  public var responseIDs: [Int32]?
  /// All other fields, as a JSON object.
  public var metadata: String

  /// Parses one line.
  ///
  /// - Parameters:
  ///   - bytes: the line without its line end.
  ///   - line: its number, from 1.
  ///   - path: the file, for messages.
  ///   - needed: what the line must have.
  /// - Throws: `ScoringError.badLine`.
  public init(
    parsing bytes: [UInt8], line: Int, path: String, requiring needed: Needed = .promptsAndResponses
  ) throws(ScoringError) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes, maximumDepth: 64, dialect: .python)
    } catch {
      // The parser sees one line, so its own line number says nothing.
      throw .badLine(
        path: path, line: line,
        "invalid JSON at column \(error.column): \(error.reason); write one JSON object per line")
    }
    guard let members = value.objectValue else {
      throw .badLine(path: path, line: line, "is not an object {\"prompt\": …, \"response\": …}")
    }
    var fields = Fields(members: members, line: line, path: path)
    if fields.take("messages") != nil {
      throw .badLine(path: path, line: line, Self.messagesMend)
    }
    self.line = line
    id = try fields.name("id") ?? "line-\(line)"
    promptID = try fields.name("prompt_id") ?? id
    sampleID = Int(try fields.integer("sample_id") ?? 0)
    source = try fields.name("source") ?? ""
    finish = try fields.name("finish") ?? ""
    correct = try fields.flag("correct")
    reward = try fields.number("reward")
    prompt = try fields.text("prompt")
    response = try fields.text("response")
    promptIDs = try fields.tokenIDs("prompt_ids")
    responseIDs = try fields.tokenIDs("response_ids")
    metadata = fields.restAsJSON()
    let isComplete =
      switch needed {
      case .promptsAndResponses:
        (promptIDs != nil || prompt != nil) && (responseIDs != nil || response != nil)
      case .prompts: promptIDs != nil || prompt != nil
      }
    guard isComplete else { throw .badLine(path: path, line: line, needed.mend) }
  }

  /// What each line must have.
  public enum Needed: Sendable {
    /// Texts to be scored.
    case promptsAndResponses
    /// Texts to be continued.
    case prompts

    fileprivate var mend: String {
      switch self {
      case .promptsAndResponses:
        "needs \"prompt\" or \"prompt_ids\", and \"response\" or \"response_ids\""
      case .prompts: "needs \"prompt\" or \"prompt_ids\""
      }
    }
  }

  private static let messagesMend =
    "chat messages must be rendered first; in Python: "
    + "t = AutoTokenizer.from_pretrained(DIR); m = row[\"messages\"]; "
    + "row[\"prompt_ids\"] = t.apply_chat_template(m[:-1], add_generation_prompt=True); "
    + "row[\"response_ids\"] = t(m[-1][\"content\"], add_special_tokens=False).input_ids"
}

/// The members of a line, taken out one by one.
private struct Fields {
  private var members: [JSONMember]
  private let line: Int
  private let path: String

  init(members: [JSONMember], line: Int, path: String) {
    (self.members, self.line, self.path) = (members, line, path)
  }

  mutating func take(_ key: String) -> JSONValue? {
    guard let index = members.firstIndex(where: { $0.hasKey(key) }) else { return nil }
    let value = members.remove(at: index).value
    return value == .null ? nil : value
  }

  /// A string, or a whole number written as one: both are common as identifiers.
  mutating func name(_ key: String) throws(ScoringError) -> String? {
    guard let value = take(key) else { return nil }
    if let number = value.integerValue { return String(number) }
    guard let text = value.stringValue else { throw wrong(key, "a string or a whole number") }
    return text
  }

  mutating func text(_ key: String) throws(ScoringError) -> String? {
    guard let value = take(key) else { return nil }
    guard let text = value.stringValue else { throw wrong(key, "a string") }
    return text
  }

  mutating func integer(_ key: String) throws(ScoringError) -> Int64? {
    guard let value = take(key) else { return nil }
    guard let number = value.integerValue else { throw wrong(key, "a whole number") }
    return number
  }

  mutating func number(_ key: String) throws(ScoringError) -> Double? {
    guard let value = take(key) else { return nil }
    guard let number = value.doubleValue else { throw wrong(key, "a number") }
    return number
  }

  mutating func flag(_ key: String) throws(ScoringError) -> Bool? {
    guard let value = take(key) else { return nil }
    guard let flag = value.boolValue else { throw wrong(key, "true or false") }
    return flag
  }

  mutating func tokenIDs(_ key: String) throws(ScoringError) -> [Int32]? {
    guard let value = take(key) else { return nil }
    guard let elements = value.arrayValue else { throw wrong(key, "a list of token ids") }
    var ids: [Int32] = []
    ids.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      guard let number = element.integerValue, let id = Int32(exactly: number), id >= 0 else {
        throw .badLine(
          path: path, line: line,
          "\"\(key)\"[\(index)] is \(Self.short(element)), not a token id (0, 1, 2, …)")
      }
      ids.append(id)
    }
    return ids
  }

  func restAsJSON() -> String { JSONValue.object(members).serialized() }

  private static func short(_ value: JSONValue) -> String {
    let text = value.serialized()
    return text.count > 60 ? text.prefix(60) + "…" : text
  }

  private func wrong(_ key: String, _ expected: String) -> ScoringError {
    .badLine(path: path, line: line, "\"\(key)\" should be \(expected)")
  }
}
