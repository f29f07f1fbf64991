internal import JSON

/// Reads records whose columns a mapping names: a text each, or a batch of texts.
struct MappedReader: DumpReader {
  private let mapping: TokenMapping
  private var records: DumpRecords
  private var lists = TokenEntryReader(DumpOptions())
  private var waiting: [DumpedText] = []
  private var (empty, fillers) = (0, 0)
  private var isAtEnd = false

  init(path: String, mapping: TokenMapping, pause: () throws -> Void) throws {
    self.mapping = mapping
    records = try DumpRecords(path: path, pause: pause)
  }

  var source: DumpSource {
    var notes: [String] = []
    if empty > 0 { notes.append("\(empty) texts have no token that counts, left out") }
    if fillers > 0, let filler = mapping.filler {
      notes.append(
        "\(fillers) log-probabilities are exactly \(filler), which may stand for none: not measured"
      )
    }
    return DumpSource(
      models: mapping.models.map { model in
        .init(
          name: model.name, hasEntropy: model.entropy != nil,
          listLength: model.top == nil ? 0 : lists.longestList, temperature: model.temperature,
          processing: model.processing)
      },
      hasMask: mapping.mask != nil, precision: mapping.precision, notes: notes)
  }

  mutating func next(pause: () throws -> Void) throws -> DumpedText? {
    while waiting.isEmpty, !isAtEnd {
      guard let record = try records.next(pause: pause) else {
        isAtEnd = true
        break
      }
      if record.value == .null { continue }
      try read(record)
      waiting.reverse()
    }
    return waiting.popLast()
  }

  /// One text of a record: the record, and the text's number where it has several.
  private struct Sample {
    let record: DumpRecord
    var index: Int?
    var count = 1

    /// What a path leads to; nil if it is missing or null.
    func value(_ path: JSONPath?) throws(ImportFault) -> JSONValue? {
      guard let path, let value = path.value(in: record.value), value != .null else { return nil }
      guard let index else { return value }
      guard let list = value.arrayValue, list.count == count else {
        throw record.fault(
          "\(path)",
          "is no list of \(count), one for each text of the batch; repair or remove the line")
      }
      return list[index]
    }

    func list(_ path: JSONPath) throws(ImportFault) -> [JSONValue] {
      try DumpFields.list(try value(path), record, name(path))
    }

    func name(_ path: JSONPath) -> String { index.map { "\(path), text \($0 + 1)" } ?? "\(path)" }
  }

  private mutating func read(_ record: DumpRecord) throws(ImportFault) {
    let ids = mapping.ids.value(in: record.value)
    guard let list = ids?.arrayValue, !list.isEmpty,
      list.allSatisfy({ $0.arrayValue != nil })
    else {
      try read(Sample(record: record))
      return
    }
    for index in list.indices {
      try read(Sample(record: record, index: index, count: list.count))
    }
  }

  private mutating func read(_ sample: Sample) throws(ImportFault) {
    let record = sample.record
    let all = try sample.list(mapping.ids)
    var count = all.count
    if let path = mapping.length {
      guard let length = try sample.value(path)?.integerValue.flatMap({ Int(exactly: $0) }),
        (0...all.count).contains(length)
      else {
        throw record.fault(
          sample.name(path),
          "is no number from 0 to the \(all.count) of ids; repair or remove the text")
      }
      count = length
    }
    var text = DumpedText()
    for (index, value) in all.prefix(count).enumerated() {
      text.tokenIDs.append(
        try DumpFields.id(value, record, "\(sample.name(mapping.ids))[\(index)]"))
    }
    var prompt: [UInt32] = []
    if let path = mapping.promptIDs, let value = try sample.value(path) {
      prompt = try DumpFields.ids(value, record, sample.name(path))
    }
    var mask: [Bool]?
    if let path = mapping.mask {
      let value = try sample.value(path)
      let values = try DumpFields.mask(value, record, sample.name(path))
      try DumpFields.checkCount(values.count, sample.name(path), is: all.count, of: "ids", record)
      mask = Array(values.prefix(count))
    }
    guard mask?.contains(true) ?? !text.tokenIDs.isEmpty else {
      empty += 1
      return
    }
    for model in mapping.models {
      text.models.append(
        try columns(of: model, sample, (all.count, count, prompt.count), mask))
    }
    if prompt.isEmpty {
      if let mask { _ = text.setResponse(by: mask) }
    } else {
      text.tokenIDs = prompt + text.tokenIDs
      text.responseStart = prompt.count
      text.responseMask = mask.flatMap { $0.contains(false) ? $0 : nil }
    }
    try setNames(of: &text, sample)
    text.removeFirst()
    waiting.append(text)
  }

  private func setNames(of text: inout DumpedText, _ sample: Sample) throws(ImportFault) {
    func word(_ path: JSONPath?) throws(ImportFault) -> String {
      switch try sample.value(path) {
      case .string(let word)?: word
      case .integer(let number)?: String(number)
      default: ""
      }
    }
    text.id = try word(mapping.id)
    text.promptID = try word(mapping.promptID)
    text.finish = try word(mapping.finish)
    text.sampleID = Int(try word(mapping.sample)) ?? 0
    text.reward = try sample.value(mapping.reward)?.doubleValue
  }

  // MARK: Columns

  /// What a model says of a text's tokens.
  ///
  /// - Parameters:
  ///   - model: of the mapping.
  ///   - sample: the text.
  ///   - counts: ids with padding and without, ids of a prompt beside them.
  ///   - mask: over the ids without padding.
  /// - Returns: columns over prompt and ids.
  /// - Throws: `ImportFault` with the record's place.
  private mutating func columns(
    of model: TokenMapping.Model, _ sample: Sample, _ counts: (all: Int, ids: Int, prompt: Int),
    _ mask: [Bool]?
  ) throws(ImportFault) -> DumpedColumns {
    let record = sample.record
    var columns = DumpedColumns()
    let nothing = [Float](repeating: .nan, count: counts.prompt)
    if let path = model.logProbability {
      let values = try sample.list(path)
      try DumpFields.checkCount(
        values.count, sample.name(path), is: counts.all, of: "ids", record)
      columns.logProbability =
        nothing + (try numbers(Array(values.prefix(counts.ids)), mask, record, sample.name(path)))
    }
    if let path = model.promptLogProbability, counts.prompt > 0, let value = try sample.value(path)
    {
      let values = try DumpFields.list(value, record, sample.name(path))
      try DumpFields.checkCount(
        values.count, sample.name(path), is: counts.prompt, of: "prompt_ids", record)
      let known = try numbers(values, nil, record, sample.name(path))
      if columns.logProbability.isEmpty {
        columns.logProbability = nothing + Array(repeating: .nan, count: counts.ids)
      }
      columns.logProbability.replaceSubrange(0..<counts.prompt, with: known)
    }
    if let path = model.entropy {
      let values = try sample.list(path)
      try DumpFields.checkCount(
        values.count, sample.name(path), is: counts.all, of: "ids", record)
      columns.entropy = nothing
      for (index, value) in values.prefix(counts.ids).enumerated() {
        columns.entropy.append(
          try DumpFields.entropy(value, record, "\(sample.name(path))[\(index)]"))
      }
    }
    if model.top != nil {
      columns.lists = Array(repeating: [], count: counts.prompt + counts.ids)
    }
    if let top = model.top, let ids = try sample.value(top.ids) {
      columns.lists =
        Array(repeating: [], count: counts.prompt)
        + (try lists(
          ids, try sample.value(top.logProbability), sample, top, counts.all
        ).prefix(counts.ids))
    }
    return columns
  }

  /// Log-probabilities, without fillers.
  private mutating func numbers(
    _ values: [JSONValue], _ mask: [Bool]?, _ record: DumpRecord, _ name: String
  ) throws(ImportFault) -> [Float] {
    var numbers: [Float] = []
    numbers.reserveCapacity(values.count)
    var isFiller: [Bool] = []
    for (index, value) in values.enumerated() {
      let isNone = mapping.filler.map { value.doubleValue == $0 } ?? false
      isFiller.append(isNone)
      let isOther = isNone && mapping.filler != 0
      numbers.append(
        isOther ? .nan : try DumpFields.logProbability(value, record, "\(name)[\(index)]"))
    }
    // A token that counts may be certain; where each of them is, nobody filled the column in.
    let isSaid = mask.map { mask in
      zip(mask, isFiller).contains { $0 && !$1 }
    }
    for index in numbers.indices where isFiller[index] {
      if let mask, mask[index], isSaid == true { continue }
      if mask == nil { fillers += 1 }
      numbers[index] = .nan
    }
    return numbers
  }

  private mutating func lists(
    _ ids: JSONValue, _ values: JSONValue?, _ sample: Sample, _ top: TokenMapping.Top, _ count: Int
  ) throws(ImportFault) -> [[ListedToken]] {
    let record = sample.record
    let (name, other) = (sample.name(top.ids), sample.name(top.logProbability))
    let ids = try DumpFields.list(ids, record, name)
    let values = try DumpFields.list(values, record, other)
    try DumpFields.checkCount(ids.count, name, is: count, of: "ids", record)
    try DumpFields.checkCount(values.count, other, is: count, of: "ids", record)
    var found: [[ListedToken]] = []
    for (index, (ids, values)) in zip(ids, values).enumerated() {
      guard ids != .null, values != .null else {
        found.append([])
        continue
      }
      let ids = try DumpFields.ids(ids, record, "\(name)[\(index)]")
      let values = try DumpFields.list(values, record, "\(other)[\(index)]")
      try DumpFields.checkCount(
        values.count, "\(other)[\(index)]", is: ids.count, of: "\(top.ids)", record)
      var entries: [TokenEntryReader.Entry] = []
      for (id, value) in zip(ids, values) {
        entries.append(
          .init(
            id: id,
            logProbability: try DumpFields.logProbability(value, record, "\(other)[\(index)]")))
      }
      found.append(lists.list(entries))
    }
    return found
  }
}
