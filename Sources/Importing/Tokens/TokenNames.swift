internal import JSON

/// The ids that texts of tokens stand for.
struct TokenNames: Sendable {
  /// What decoders write for bytes that are no character; whatever they were, they are gone.
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
  private static let ambiguous = UInt32.max

  private let tokens: [[UInt8]]
  private let specialIDs: Set<UInt32>
  private let losesFirstSpace: Bool
  private var ids: [[UInt8]: UInt32] = [:]
  private var specials: [[UInt8]: UInt32] = [:]

  /// - Parameters:
  ///   - tokens: bytes by id.
  ///   - specialIDs: tokens whose bytes are their names.
  ///   - losesFirstSpace: whether a text's first token is decoded without its leading space.
  init(_ tokens: [[UInt8]], specialIDs: Set<UInt32>, losesFirstSpace: Bool = false) {
    (self.tokens, self.specialIDs) = (tokens, specialIDs)
    self.losesFirstSpace = losesFirstSpace
    ids.reserveCapacity(tokens.count)
    for (index, bytes) in tokens.enumerated() where !bytes.isEmpty {
      let id = UInt32(index)
      if specialIDs.contains(id) {
        specials[bytes] = specials[bytes] == nil ? id : Self.ambiguous
      } else {
        ids[bytes] = ids[bytes] == nil ? id : Self.ambiguous
      }
    }
  }

  /// The one id with these bytes; nil if several have them, or none, or one can't tell.
  ///
  /// A special token's name is it only where no other token has it.
  func id(of bytes: [UInt8]) -> UInt32? {
    guard !bytes.isEmpty, bytes.firstRange(of: Self.replacement) == nil else { return nil }
    let (plain, special) = (ids[bytes], specials[bytes])
    guard plain == nil || special == nil, let id = plain ?? special else { return nil }
    return id == Self.ambiguous ? nil : id
  }
}

extension TokenNames {
  /// Whether the first token of a text without spaces may as well be the one with a leading space.
  func mayLackSpace(_ id: UInt32) -> Bool {
    guard losesFirstSpace, Int(id) < tokens.count, !specialIDs.contains(id) else { return false }
    return ids[[0x20] + tokens[Int(id)]] != nil
  }

  /// Whether these bytes are those of several tokens, of which this is the last: they are a character's.
  func isEnd(_ id: UInt32, of bytes: [UInt8]) -> Bool {
    guard Int(id) < tokens.count, !specialIDs.contains(id) else { return false }
    let last = tokens[Int(id)]
    guard bytes.count > last.count, bytes.suffix(last.count) == last[...] else { return false }
    return bytes.dropLast(last.count).contains { $0 >= 0x80 }
  }
}

/// Reads the entries of lists of tokens, and remembers what it met.
struct TokenEntryReader {
  /// A token with what is said of it.
  struct Entry {
    /// nil if it isn't known.
    var id: UInt32?
    var logProbability: Float
    /// Whether it is one of several tokens.
    var merging = MergedCharacters.Sign.no
  }

  let names: TokenNames?
  /// Whether a token of a list had a text and no id, and there was no tokenizer.
  var listsNeedTokenizer = false
  /// Whether ids of tokens that occur were found by their texts.
  var usesNames = false
  /// Tokens that occur whose text has no one id.
  var unresolved = 0
  /// Lists that lack what came after a token without an id.
  var cutLists = 0
  /// Texts that end before a character of several tokens.
  var cutTexts = 0
  var longestList = 0
  /// Whether values are the model's own, or come after penalties and truncation.
  var (isRaw, isProcessed) = (false, false)

  init(_ options: DumpOptions) {
    names = options.tokens.map {
      TokenNames(
        $0, specialIDs: options.specialIDs, losesFirstSpace: options.losesFirstSpace)
    }
  }

  /// Whether values are the model's own, where all are of one kind.
  ///
  /// llama.cpp says log-probabilities before sampling, and probabilities after it.
  var processing: DumpSource.Processing {
    switch (isRaw, isProcessed) {
    case (true, false): .raw
    case (false, true): .processed
    default: .unknown
    }
  }

  /// The id of a token.
  ///
  /// - Parameters:
  ///   - text: the token's text, or "token_id:N".
  ///   - bytes: its bytes; nil to take the text's.
  ///   - isListed: whether it is of a list of likely ones.
  ///   - record: where it is.
  ///   - name: its place there.
  /// - Returns: the id; nil if it isn't known.
  /// - Throws: `ImportFault` for an N that is no id.
  mutating func id(
    text: String, bytes: [UInt8]?, isListed: Bool, _ record: DumpRecord,
    _ name: @autoclosure () -> String
  ) throws(ImportFault) -> UInt32? {
    let prefix = "token_id:"
    if text.utf8.starts(with: prefix.utf8) {
      let digits = text.dropFirst(prefix.count)
      if !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        return try DumpFields.id(
          Int64(digits).map { .integer($0) } ?? .string(text), record,
          "\(name()), '\(text.prefix(40))'")
      }
    }
    guard let names else {
      if isListed { listsNeedTokenizer = true }
      return nil
    }
    return names.id(of: bytes ?? Array(text.utf8))
  }

  /// An entry of the chat API or of llama.cpp: {id, token, bytes, logprob} or, with `prob`, a probability.
  mutating func entry(
    _ value: JSONValue, _ record: DumpRecord, _ name: String, isListed: Bool
  ) throws(ImportFault) -> Entry {
    guard let members = value.objectValue else {
      throw record.fault(name, "is no object with a token and its 'logprob'; remove the text")
    }
    var (id, text, bytes): (UInt32?, String?, [UInt8]?) = (nil, nil, nil)
    var number: Float?
    for member in members {
      switch (member.key, member.value) {
      case ("id", .integer), ("id", .number):
        id = try DumpFields.id(member.value, record, "\(name).id")
      case ("token", .string(let token)): text = token
      case ("bytes", .array(let values)):
        bytes = values.compactMap { $0.integerValue.flatMap { UInt8(exactly: $0) } }
        if bytes?.count != values.count { bytes = nil }
      case ("logprob", _):
        number = try DumpFields.logProbability(member.value, record, "\(name).logprob")
      case ("prob", _):
        number = try DumpFields.logOfProbability(member.value, record, "\(name).prob")
        isProcessed = true
      default: break
      }
    }
    if let id {
      // llama.cpp: with ids, and before sampling unless it says "prob".
      if bytes != nil, !members.contains(where: { $0.key == "prob" }) { isRaw = true }
      var entry = Entry(id: id, logProbability: number ?? .nan)
      if !isListed, let bytes, bytes.count > 1, bytes.contains(where: { $0 >= 0x80 }) {
        entry.merging = names.map { $0.isEnd(id, of: bytes) ? .yes : .no } ?? .maybe
      }
      return entry
    }
    guard let text else {
      throw record.fault(name, "has neither 'id' nor 'token'; remove the text")
    }
    return Entry(
      id: try self.id(text: text, bytes: bytes, isListed: isListed, record, "\(name).token"),
      logProbability: number ?? .nan)
  }

  /// A list of likely tokens, most likely first.
  ///
  /// It ends before the first token without an id: what comes after it would seem more likely than it is.
  mutating func list(_ entries: [Entry]) -> [ListedToken] {
    let measured = entries.enumerated().filter { !$0.element.logProbability.isNaN }
    let sorted = measured.sorted {
      let (a, b) = ($0.element.logProbability, $1.element.logProbability)
      return a == b ? $0.offset < $1.offset : a > b
    }
    var list: [ListedToken] = []
    for (_, entry) in sorted {
      guard let id = entry.id else {
        cutLists += 1
        break
      }
      if !list.contains(where: { $0.id == id }) {
        list.append(ListedToken(id: id, logProbability: entry.logProbability))
      }
    }
    longestList = max(longestList, list.count)
    return list
  }

  /// A dictionary of likely tokens by text: where two tokens have one text the dictionary lost one of them,
  /// so a list with a text that isn't one token's is none.
  mutating func list(
    byText members: [JSONMember], _ record: DumpRecord, _ name: String
  ) throws(ImportFault) -> [ListedToken] {
    var entries: [Entry] = []
    var isWhole = true
    for member in members {
      let number = try DumpFields.logProbability(
        member.value, record, "\(name), '\(member.key.prefix(40))'")
      let id = try id(text: member.key, bytes: nil, isListed: true, record, name)
      if id == nil { isWhole = false }
      entries.append(Entry(id: id, logProbability: number))
    }
    if !isWhole {
      if names != nil { cutLists += 1 }
      return []
    }
    return list(entries)
  }

  /// What is worth knowing, after the last text.
  var notes: [String] {
    var notes: [String] = []
    if usesNames { notes.append("ids were found by the texts of tokens and the tokenizer") }
    if unresolved > 0 {
      notes.append(
        "\(unresolved) tokens are not measured: their text is that of several ids or of none")
    }
    if listsNeedTokenizer {
      notes.append("lists of likely tokens have texts and no ids: --tokenizer DIR reads them")
    }
    if cutTexts > 0 {
      notes.append(
        "\(cutTexts) texts end before the first character of several tokens, of which llama.cpp says the last "
          + "only: /completion says all with return_tokens, and --tokenizer DIR tells them from "
          + "characters of one token")
    }
    if cutLists > 0 {
      notes.append("\(cutLists) lists end early, or are left out: a text in them is not one id's")
    }
    return notes
  }
}
