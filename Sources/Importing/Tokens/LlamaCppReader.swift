internal import JSON

/// Responses of llama.cpp's own `/completion`: whole ones, an array of them, lines, or streams of events.
///
/// Since December 2024 log-probabilities are the model's own, at temperature 1, unless the request asked for
/// those after sampling. The form before that has texts and probabilities after sampling.
struct LlamaCppReader: DumpReader {
  private var records: DumpRecords
  private var reader: TokenEntryReader
  private var waiting: [DumpedText] = []
  private var isAtEnd = false
  /// The response whose events come.
  private var stream: Response?
  private var (errors, empty) = (0, 0)
  private var temperatures: Set<Double> = []
  private var saysTemperature = true

  private struct Response {
    let record: DumpRecord
    /// Which of a request's prompts and samples it answers.
    var index: Int64?
    var ids: [UInt32?] = []
    var columns = DumpedColumns()
    var signs: [MergedCharacters.Sign] = []
    /// All that the response has, if it says so, and how many.
    var tokens: [UInt32] = []
    var count: Int?
    var hasProbabilities = false
    var finish = ""
    var model: JSONValue?
  }

  init(path: String, options: DumpOptions, pause: () throws -> Void) throws {
    records = try DumpRecords(path: path, pause: pause)
    reader = TokenEntryReader(options)
  }

  var source: DumpSource {
    let processing = reader.processing
    let sampling = saysTemperature && temperatures.count == 1 ? temperatures.first : nil
    var notes = reader.notes
    if errors > 0 { notes.append("\(errors) answers are errors of the server, left out") }
    if empty > 0 { notes.append("\(empty) responses have no token, left out") }
    return DumpSource(
      models: [
        .init(
          name: "sampler", listLength: reader.longestList,
          temperature: processing == .raw ? 1 : processing == .processed ? sampling : nil,
          processing: processing)
      ],
      hasIDs: !reader.usesNames, notes: notes)
  }

  mutating func next(pause: () throws -> Void) throws -> DumpedText? {
    while waiting.isEmpty, !isAtEnd {
      guard let record = try records.next(pause: pause) else {
        isAtEnd = true
        try closeStream()
        break
      }
      if record.value == .null { continue }
      if record.value["error"] != nil, record.value["content"] == nil {
        errors += 1
      } else if records.layout == .events {
        try take(event: record)
      } else {
        var response = Response(record: record)
        try add(record, to: &response)
        try finish(response)
      }
    }
    return waiting.isEmpty ? nil : waiting.removeFirst()
  }

  private mutating func take(event record: DumpRecord) throws(ImportFault) {
    let index = record.value["index"]?.integerValue
    if let current = stream, current.index != index { try closeStream() }
    var current = stream ?? Response(record: record, index: index)
    try add(record, to: &current)
    stream = current
    if record.value["stop"]?.boolValue == true { try closeStream() }
  }

  private mutating func closeStream() throws(ImportFault) {
    guard let response = stream else { return }
    stream = nil
    try finish(response)
  }

  private mutating func add(
    _ record: DumpRecord, to response: inout Response
  ) throws(ImportFault) {
    let value = record.value
    if let model = value["model"], model.stringValue?.isEmpty == false { response.model = model }
    if let reason = value["stop_type"]?.stringValue, reason != "none" { response.finish = reason }
    for reason in ["eos", "limit", "word"] where value["stopped_" + reason]?.boolValue == true {
      response.finish = reason
    }
    if let settings = value["generation_settings"] {
      if let number = settings["temperature"]?.doubleValue, number > 0 {
        temperatures.insert(number)
      } else {
        saysTemperature = false
      }
    }
    if let count = value["tokens_predicted"]?.integerValue { response.count = Int(exactly: count) }
    // Those of events lack what the entries lack.
    if records.layout != .events, let tokens = value["tokens"], tokens != .null {
      response.tokens = try DumpFields.ids(tokens, record, "tokens")
    }
    // An event that ends a stream repeats all of them in the old form.
    let ends = records.layout == .events && value["stop"]?.boolValue == true
    guard let list = value["completion_probabilities"], list != .null,
      !ends || response.ids.isEmpty
    else { return }
    response.hasProbabilities = true
    for (index, value) in try DumpFields.list(list, record, "completion_probabilities").enumerated()
    {
      let name = "completion_probabilities[\(index)]"
      let isOld = value["probs"] != nil
      let (entry, list) =
        try isOld ? oldEntry(value, record, name) : newEntry(value, record, name)
      response.ids.append(entry.id)
      response.columns.logProbability.append(entry.logProbability)
      response.columns.lists.append(list)
      response.signs.append(entry.merging)
    }
  }

  private mutating func newEntry(
    _ value: JSONValue, _ record: DumpRecord, _ name: String
  ) throws(ImportFault) -> (TokenEntryReader.Entry, [ListedToken]) {
    let entry = try reader.entry(value, record, name, isListed: false)
    var entries: [TokenEntryReader.Entry] = []
    let key = value["top_probs"] == nil ? "top_logprobs" : "top_probs"
    if let top = value[key], top != .null {
      for (index, value) in try DumpFields.list(top, record, "\(name).\(key)").enumerated() {
        entries.append(
          try reader.entry(value, record, "\(name).\(key)[\(index)]", isListed: true))
      }
    }
    return (entry, reader.list(entries))
  }

  /// Before December 2024: {content, probs: [{tok_str, prob}]}, after sampling.
  private mutating func oldEntry(
    _ value: JSONValue, _ record: DumpRecord, _ name: String
  ) throws(ImportFault) -> (TokenEntryReader.Entry, [ListedToken]) {
    guard let content = value["content"]?.stringValue else {
      throw record.fault("\(name).content", "is no text; remove the response")
    }
    reader.isProcessed = true
    var entries: [TokenEntryReader.Entry] = []
    var actual: [Float] = []
    for (index, value) in try DumpFields.list(value["probs"], record, "\(name).probs").enumerated()
    {
      let place = "\(name).probs[\(index)]"
      guard let text = value["tok_str"]?.stringValue else {
        throw record.fault("\(place).tok_str", "is no text; remove the response")
      }
      let number = try DumpFields.logOfProbability(
        value["prob"] ?? .null, record, "\(place).prob")
      if text.utf8.elementsEqual(content.utf8) { actual.append(number) }
      entries.append(
        .init(
          id: try reader.id(
            text: text, bytes: Self.bytes(of: text), isListed: true, record, "\(place).tok_str"),
          logProbability: number))
    }
    let id = try reader.id(
      text: content, bytes: Self.bytes(of: content), isListed: false, record, "\(name).content")
    reader.usesNames = true
    let entry = TokenEntryReader.Entry(
      id: id, logProbability: actual.count == 1 ? actual[0] : .nan)
    return (entry, reader.list(entries))
  }

  /// The old form writes a token that is part of a character as "byte: \xE2".
  private static func bytes(of text: String) -> [UInt8]? {
    let prefix = "byte: \\x"
    guard text.utf8.starts(with: prefix.utf8), text.utf8.count == prefix.utf8.count + 2 else {
      return nil
    }
    return UInt8(text.suffix(2), radix: 16).map { [$0] }
  }

  private mutating func finish(_ response: Response) throws(ImportFault) {
    var response = response
    let record = response.record
    guard response.hasProbabilities else {
      throw record.fault(
        nil, "has no 'completion_probabilities'; ask the server for them: 'n_probs' in the request")
    }
    let outcome = MergedCharacters.resolve(
      &response.ids, &response.columns, response.signs, tokens: response.tokens,
      count: response.count)
    if outcome == .cut { reader.cutTexts += 1 }
    guard !response.ids.isEmpty else {
      empty += 1
      return
    }
    guard reader.names != nil || response.ids.allSatisfy({ $0 != nil }) else {
      throw record.fault(
        nil,
        "is of a llama.cpp of before December 2024, whose tokens have no ids: give the model's "
          + "tokenizer, --tokenizer DIR")
    }
    guard response.ids.count < 2 || response.ids.contains(where: { $0 != nil }) else {
      throw record.fault(
        nil,
        "none of its tokens is one of the tokenizer's; give that of the model that answered: "
          + "--tokenizer DIR")
    }
    var text = DumpedText(finish: outcome == .cut ? "" : response.finish)
    text.models = [response.columns]
    for (index, id) in response.ids.enumerated() {
      text.tokenIDs.append(id ?? DumpedText.unknownID)
      guard id == nil else { continue }
      reader.unresolved += 1
      text.models[0].logProbability[index] = .nan
      text.models[0].lists[index] = []
    }
    if let model = response.model { text.metadata = [JSONMember(key: "model", value: model)] }
    waiting.append(text)
  }
}
