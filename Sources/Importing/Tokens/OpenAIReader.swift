internal import JSON

/// Responses of servers with OpenAI's API: vLLM, SGLang, llama.cpp and others.
///
/// Whole responses, streams of events, and lines of batches; a response's choices are a text each.
struct OpenAIReader: DumpReader {
  private var records: DumpRecords
  private var reader: TokenEntryReader
  private var waiting: [DumpedText] = []
  /// The response whose events come.
  private var stream: Response?
  private var closedStreams: Set<String> = []
  private var (errors, empty) = (0, 0)
  private var notes: Set<String> = []
  private var hasRank = false
  private var isAtEnd = false

  /// A response, as far as it was read.
  private struct Response {
    let record: DumpRecord
    var id = ""
    var promptID = ""
    var isChat = false
    var model: JSONValue?
    var promptTokens: Int?
    var completionTokens: Int?
    /// By index, in the order in which they came.
    var choices: [OpenAIChoice] = []
  }

  init(path: String, options: DumpOptions, pause: () throws -> Void) throws {
    records = try DumpRecords(path: path, pause: pause)
    reader = TokenEntryReader(options)
  }

  var source: DumpSource {
    let processing = reader.processing
    var all = reader.notes + notes.sorted()
    if errors > 0 { all.append("\(errors) answers are errors of the server, left out") }
    if empty > 0 { all.append("\(empty) responses have no token, left out") }
    return DumpSource(
      models: [
        .init(
          name: "sampler", hasRank: hasRank, listLength: reader.longestList,
          temperature: processing == .raw ? 1 : nil, processing: processing)
      ],
      hasIDs: !reader.usesNames, notes: all)
  }

  mutating func next(pause: () throws -> Void) throws -> DumpedText? {
    while waiting.isEmpty, !isAtEnd {
      guard let record = try records.next(pause: pause) else {
        isAtEnd = true
        try closeStream()
        break
      }
      if records.layout == .events { try take(event: record) } else { try take(response: record) }
    }
    // The last is the next.
    return waiting.popLast()
  }

  private mutating func take(response record: DumpRecord) throws(ImportFault) {
    var value = record.value
    var response = Response(record: record)
    if let id = value["custom_id"]?.stringValue {
      // A line of a batch's output.
      response.promptID = id
      value = value["response"]?["body"] ?? value["response"] ?? .null
    }
    if value["choices"] == nil, value["error"].map({ $0 != .null }) ?? (value == .null) {
      errors += 1
      return
    }
    try add(value, to: &response, record)
    guard !response.choices.isEmpty else {
      throw record.fault("choices", "is empty, so it is no answer; remove the response")
    }
    try finish(response)
  }

  private mutating func take(event record: DumpRecord) throws(ImportFault) {
    guard record.value != .null else { return try closeStream() }
    if record.value["choices"] == nil, record.value["error"] != nil {
      errors += 1
      return
    }
    let id = record.value["id"]?.stringValue ?? ""
    if let current = stream, current.id != id { try closeStream() }
    if stream == nil {
      guard id.isEmpty || !closedStreams.contains(id) else {
        throw record.fault(
          "id",
          "'\(id.prefix(80))' comes back after another response; keep the events of a response together"
        )
      }
      stream = Response(record: record, id: id)
    }
    guard var current = stream else { return }
    try add(record.value, to: &current, record)
    stream = current
  }

  private mutating func closeStream() throws(ImportFault) {
    guard let response = stream else { return }
    stream = nil
    if !response.id.isEmpty { closedStreams.insert(response.id) }
    guard !response.choices.isEmpty else { return }
    try finish(response)
  }

  private mutating func add(
    _ value: JSONValue, to response: inout Response, _ record: DumpRecord
  ) throws(ImportFault) {
    let choices = try DumpFields.list(value["choices"], record, "choices")
    if let id = value["id"]?.stringValue { response.id = id }
    if let model = value["model"], model.stringValue != nil { response.model = model }
    if let object = value["object"]?.stringValue {
      response.isChat = object.utf8.starts(with: "chat.".utf8)
    }
    if let usage = value["usage"], usage != .null {
      response.promptTokens = usage["prompt_tokens"]?.integerValue.flatMap { Int(exactly: $0) }
      response.completionTokens = usage["completion_tokens"]?.integerValue.flatMap {
        Int(exactly: $0)
      }
    }
    for (place, choice) in choices.enumerated() {
      let name = "choices[\(place)]"
      guard choice.objectValue != nil else {
        throw record.fault(name, "is no object; remove the response")
      }
      let index = choice["index"]?.integerValue.flatMap { Int(exactly: $0) } ?? place
      let known = response.choices.firstIndex { $0.index == index }
      let slot = known ?? response.choices.count
      if known == nil { response.choices.append(OpenAIChoice(record, index: index)) }
      try response.choices[slot].add(choice, record, name, with: &reader)
    }
    // The chat API has a prompt for all choices, beside them.
    let prompt = value["prompt_token_ids"].flatMap { $0 == .null ? nil : $0 }
    let ids = try prompt.map { (value) throws(ImportFault) in
      try DumpFields.ids(value, record, "prompt_token_ids")
    }
    for slot in response.choices.indices {
      if let ids { response.choices[slot].promptIDs = ids }
      if let value = value["prompt_logprobs"] {
        try response.choices[slot].addPrompt(value, record, "response")
      }
    }
  }

  private mutating func finish(_ response: Response) throws(ImportFault) {
    let isSingle = response.choices.count == 1
    for choice in response.choices.sorted(by: { $0.index < $1.index }) {
      var promptTokens: Int?
      if isSingle, let prompt = response.promptTokens, let completion = response.completionTokens,
        prompt + completion == choice.ids?.count
      {
        promptTokens = prompt
      }
      guard
        var text = try choice.text(
          tokens: isSingle ? response.completionTokens : nil, promptTokens: promptTokens,
          reader: &reader, notes: &notes)
      else {
        empty += 1
        continue
      }
      text.id = isSingle ? response.id : "\(response.id)/\(choice.index)"
      text.promptID = response.promptID
      if !isSingle, response.isChat, text.promptID.isEmpty { text.promptID = response.id }
      if response.isChat { text.sampleID = choice.index }
      if let model = response.model { text.metadata = [JSONMember(key: "model", value: model)] }
      hasRank = hasRank || text.models[0].rank.contains { $0 > 0 }
      waiting.append(text)
    }
    waiting.reverse()
  }
}
