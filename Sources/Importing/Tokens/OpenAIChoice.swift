internal import JSON

/// One choice of a response, from one object or from the events of a stream.
struct OpenAIChoice {
  /// For messages: where it begins.
  let record: DumpRecord
  let index: Int
  private(set) var finish = ""
  /// nil until the choice says its tokens.
  private(set) var ids: [UInt32?]?
  private(set) var columns = DumpedColumns()
  private(set) var tokenIDs: [UInt32]?
  var promptIDs: [UInt32]?
  private var promptLogProbabilities: (values: [JSONValue], record: DumpRecord)?
  /// Whether the first token has null: it is a prompt's.
  private var beginsWithNull = false
  private var signs: [MergedCharacters.Sign] = []
  private var (spaces, textSpaces) = (0, 0)
  private var (resolvedByName, tokensByName) = (0, 0)

  init(_ record: DumpRecord, index: Int) { (self.record, self.index) = (record, index) }

  // MARK: Reading

  /// Adds what a response or an event says.
  mutating func add(
    _ choice: JSONValue, _ record: DumpRecord, _ name: String, with reader: inout TokenEntryReader
  ) throws(ImportFault) {
    if let reason = choice["finish_reason"]?.stringValue { finish = reason }
    let text =
      choice["text"] ?? choice["message"]?["content"] ?? choice["delta"]?["content"] ?? .null
    textSpaces += (text.stringValue ?? "").utf8.count { $0 == 0x20 }
    if let value = choice["token_ids"], value != .null {
      tokenIDs = (tokenIDs ?? []) + (try DumpFields.ids(value, record, "\(name).token_ids"))
    }
    if let value = choice["prompt_token_ids"], value != .null {
      promptIDs = try DumpFields.ids(value, record, "\(name).prompt_token_ids")
    }
    if let value = choice["prompt_logprobs"] { try addPrompt(value, record, name) }
    guard let logprobs = choice["logprobs"], logprobs != .null else { return }
    guard logprobs.objectValue != nil else {
      throw record.fault("\(name).logprobs", "is no object; remove the response")
    }
    if ids == nil { ids = [] }
    if let content = logprobs["content"] {
      if content != .null { try addContent(content, record, name + ".logprobs.content", &reader) }
    } else {
      try addTokens(logprobs, record, name + ".logprobs", &reader)
    }
  }

  mutating func addPrompt(
    _ value: JSONValue, _ record: DumpRecord, _ name: String
  ) throws(ImportFault) {
    guard value != .null else { return }
    promptLogProbabilities = (
      try DumpFields.list(value, record, "\(name).prompt_logprobs"), record
    )
  }

  /// The chat API's list, llama.cpp's too.
  private mutating func addContent(
    _ content: JSONValue, _ record: DumpRecord, _ name: String, _ reader: inout TokenEntryReader
  ) throws(ImportFault) {
    for (index, value) in try DumpFields.list(content, record, name).enumerated() {
      let place = "\(name)[\(index)]"
      let entry = try reader.entry(value, record, place, isListed: false)
      var entries: [TokenEntryReader.Entry] = []
      let top = value["top_logprobs"] ?? value["top_probs"] ?? .null
      if top != .null {
        for (number, value) in try DumpFields.list(top, record, "\(place).top_logprobs")
          .enumerated()
        {
          entries.append(
            try reader.entry(value, record, "\(place).top_logprobs[\(number)]", isListed: true))
        }
      }
      let text = value["token"]?.stringValue ?? ""
      append(entry, text: value["id"] == nil ? text : nil, list: reader.list(entries))
    }
  }

  /// The completions API's parallel lists.
  private mutating func addTokens(
    _ logprobs: JSONValue, _ record: DumpRecord, _ name: String, _ reader: inout TokenEntryReader
  ) throws(ImportFault) {
    let tokens = try DumpFields.list(logprobs["tokens"], record, "\(name).tokens")
    let numbers = try DumpFields.list(
      logprobs["token_logprobs"], record, "\(name).token_logprobs")
    try DumpFields.checkCount(
      numbers.count, "\(name).token_logprobs", is: tokens.count, of: "tokens", record)
    let top = logprobs["top_logprobs"].flatMap { $0 == .null ? nil : $0 }
    let lists = try top.map { (value) throws(ImportFault) in
      try DumpFields.list(value, record, "\(name).top_logprobs")
    }
    if let lists, !lists.isEmpty {
      try DumpFields.checkCount(
        lists.count, "\(name).top_logprobs", is: tokens.count, of: "tokens", record)
    }
    for (index, token) in tokens.enumerated() {
      guard let text = token.stringValue else {
        throw record.fault("\(name).tokens[\(index)]", "is no text; remove the response")
      }
      if ids?.isEmpty == true, numbers[index] == .null { beginsWithNull = true }
      let entry = TokenEntryReader.Entry(
        id: try reader.id(
          text: text, bytes: nil, isListed: false, record, "\(name).tokens[\(index)]"),
        logProbability: try DumpFields.logProbability(
          numbers[index], record, "\(name).token_logprobs[\(index)]"))
      var list: [ListedToken] = []
      if let lists, index < lists.count, lists[index] != .null {
        let place = "\(name).top_logprobs[\(index)]"
        guard let members = lists[index].objectValue else {
          throw record.fault(place, "is no object of tokens; remove the response")
        }
        list = try reader.list(byText: members, record, place)
      }
      append(entry, text: text, list: list)
    }
  }

  private mutating func append(
    _ entry: TokenEntryReader.Entry, text: String?, list: [ListedToken]
  ) {
    ids?.append(entry.id)
    columns.logProbability.append(entry.logProbability)
    columns.lists.append(list)
    signs.append(entry.merging)
    guard let text, !text.utf8.starts(with: "token_id:".utf8) else { return }
    spaces += text.utf8.count { $0 == 0x20 }
    tokensByName += 1
    if entry.id != nil { resolvedByName += 1 }
  }

  // MARK: The text

  /// The choice as a text; nil if it has no token.
  ///
  /// - Parameters:
  ///   - tokens: how many the response has, if it says so.
  ///   - promptTokens: of the response, where they tell how many of an echoed text are the prompt's.
  ///   - reader: for what it met.
  ///   - notes: is added to.
  /// - Returns: the text; nil if it has no token.
  /// - Throws: `ImportFault` with the response's place.
  func text(
    tokens: Int?, promptTokens: Int?, reader: inout TokenEntryReader, notes: inout Set<String>
  ) throws(ImportFault) -> DumpedText? {
    let name = "choices[\(index)]"
    guard var ids else {
      throw record.fault(
        name, "has no log-probabilities; ask the server for them: 'logprobs' in the request")
    }
    var columns = columns
    let isCut = MergedCharacters.resolve(&ids, &columns, signs, tokens: [], count: tokens) == .cut
    if isCut { reader.cutTexts += 1 }
    guard !ids.isEmpty else { return nil }
    // What was cut doesn't end as the response did.
    var text = DumpedText(finish: isCut ? "" : finish)
    text.models = [columns]
    let isSettled = try setIDs(of: &text, ids, promptTokens: promptTokens, &notes)
    let lostSpaces = tokensByName > 0 && spaces < textSpaces
    if isSettled {
      // Texts that stand for other ids than those that occur are no names of ids in lists either.
      let isOther = zip(ids, text.tokenIDs).contains { $0 != nil && $0 != $1 }
      if tokensByName > 0, lostSpaces || isOther, columns.lists.contains(where: { !$0.isEmpty }) {
        text.models[0].lists = Array(repeating: [], count: ids.count)
        notes.insert(
          "lists are left out where texts of tokens are not those of the tokenizer's ids")
      }
    } else {
      try check(ids, reader, lostSpaces: lostSpaces)
      reader.usesNames = reader.usesNames || tokensByName > 0
      // Nothing shows whether a leading space was lost.
      if tokensByName > 0, spaces == 0, let first = text.tokenIDs.first,
        reader.names?.mayLackSpace(first) ?? false
      {
        text.tokenIDs[0] = DumpedText.unknownID
      }
    }
    for (index, id) in text.tokenIDs.enumerated() where id == DumpedText.unknownID {
      reader.unresolved += 1
      text.models[0].logProbability[index] = .nan
      text.models[0].lists[index] = []
    }
    try addPrompt(to: &text, &reader, &notes)
    text.removeFirst()
    return text
  }

  /// Refuses ids that texts of tokens don't give.
  private func check(
    _ ids: [UInt32?], _ reader: TokenEntryReader, lostSpaces: Bool
  ) throws(ImportFault) {
    let name = "choices[\(index)]"
    guard reader.names != nil || ids.allSatisfy({ $0 != nil }) else {
      throw record.fault(
        name,
        "has tokens without ids: give the model's tokenizer, --tokenizer DIR, or ask vLLM for "
          + "return_token_ids")
    }
    guard !lostSpaces else {
      throw record.fault(
        name,
        "its tokens lost the spaces that its text has, so their texts are not one id's; ask vLLM for "
          + "return_token_ids")
    }
    guard tokensByName < 2 || resolvedByName > 0 else {
      throw record.fault(
        name,
        "none of its tokens is one of the tokenizer's; give that of the model that answered: "
          + "--tokenizer DIR")
    }
  }

  /// Sets ids, and where the response starts; false if ids are those that the tokens' texts gave.
  private func setIDs(
    of text: inout DumpedText, _ ids: [UInt32?], promptTokens: Int?, _ notes: inout Set<String>
  ) throws(ImportFault) -> Bool {
    let (prompt, response) = (promptIDs ?? [], tokenIDs ?? [])
    if beginsWithNull, promptIDs != nil, prompt.count == ids.count {
      // Asked for no token: the prompt's own.
      text.tokenIDs = prompt
      notes.insert(Self.allCounts)
      return true
    }
    if let tokenIDs, tokenIDs.count == ids.count {
      text.tokenIDs = tokenIDs
      return true
    }
    if tokenIDs != nil, promptIDs != nil, prompt.count + response.count == ids.count {
      text.tokenIDs = prompt + response
      text.responseStart = prompt.count
      return true
    }
    if let tokenIDs {
      throw record.fault(
        "choices[\(index)].token_ids",
        "has \(tokenIDs.count) entries and logprobs \(ids.count); both are over the same tokens: repair "
          + "or remove the response")
    }
    text.tokenIDs = ids.map { $0 ?? DumpedText.unknownID }
    if beginsWithNull {
      if let promptTokens, promptTokens < ids.count {
        text.responseStart = promptTokens
      } else if promptIDs != nil, prompt.count < ids.count {
        text.responseStart = prompt.count
      } else {
        notes.insert(Self.allCounts)
      }
    }
    return false
  }

  private static let allCounts =
    "where an echoed prompt ends isn't said: all tokens of such texts count as the response"

  /// Puts the prompt before a response that doesn't begin with it.
  private func addPrompt(
    to text: inout DumpedText, _ reader: inout TokenEntryReader, _ notes: inout Set<String>
  ) throws(ImportFault) {
    guard !beginsWithNull else { return }
    guard let promptIDs else {
      if promptLogProbabilities != nil {
        notes.insert(
          "prompts are left out: their log-probabilities don't say which token occurs; ask vLLM for "
            + "return_token_ids")
      }
      return
    }
    var prompt = DumpedColumns(
      logProbability: Array(repeating: .nan, count: promptIDs.count),
      lists: Array(repeating: [], count: promptIDs.count))
    if let (values, record) = promptLogProbabilities {
      try DumpFields.checkCount(
        values.count, "choices[\(index)].prompt_logprobs", is: promptIDs.count,
        of: "prompt_token_ids", record)
      prompt.rank = Array(repeating: 0, count: promptIDs.count)
      for (position, value) in values.enumerated() where value != .null {
        try Self.set(
          position, of: &prompt, value, promptIDs[position], record,
          "choices[\(index)].prompt_logprobs[\(position)]", &reader)
      }
      text.models[0].rank = prompt.rank + Array(repeating: 0, count: text.tokenIDs.count)
    }
    text.tokenIDs = promptIDs + text.tokenIDs
    text.responseStart = promptIDs.count
    text.models[0].logProbability = prompt.logProbability + text.models[0].logProbability
    text.models[0].lists = prompt.lists + text.models[0].lists
  }

  /// vLLM's {id: {logprob, rank}} of a position.
  private static func set(
    _ position: Int, of prompt: inout DumpedColumns, _ value: JSONValue, _ actual: UInt32,
    _ record: DumpRecord, _ name: String, _ reader: inout TokenEntryReader
  ) throws(ImportFault) {
    guard let members = value.objectValue else {
      throw record.fault(name, "is no object of ids; remove the response")
    }
    var entries: [TokenEntryReader.Entry] = []
    for member in members {
      guard let id = UInt32(member.key), id < 1 << 31 else {
        throw record.fault(name, "'\(member.key.prefix(40))' is no id; remove the response")
      }
      let number = try DumpFields.logProbability(
        member.value["logprob"] ?? .null, record, "\(name).\(id).logprob")
      if id == actual {
        prompt.logProbability[position] = number
        prompt.rank[position] =
          member.value["rank"]?.integerValue.flatMap { UInt32(exactly: $0) } ?? 0
      }
      entries.append(TokenEntryReader.Entry(id: id, logProbability: number))
    }
    prompt.lists[position] = reader.list(entries)
  }
}
