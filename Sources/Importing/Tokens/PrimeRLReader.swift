internal import JSON

/// prime-rl's token exports: a line per sequence, columns over all its tokens.
///
/// Index i describes token i. Nobody predicts token 0, which has fillers; the sampler's value of a token that
/// it didn't write, of the prompt or of a tool, is 0.
struct PrimeRLReader: DumpReader {
  private var records: DumpRecords
  private(set) var source = DumpSource(
    models: [
      .init(name: "sampler"), .init(name: "trainer", hasEntropy: true, processing: .raw),
    ],
    hasMask: true,
    notes: [
      "both models are at the temperature of sampling, which isn't in the file",
      "prime-rl asks its engine for processed log-probabilities unless told otherwise; the file doesn't "
        + "say",
    ])
  private var unsampled = 0

  init(path: String, pause: () throws -> Void) throws {
    records = try DumpRecords(path: path, pause: pause)
  }

  mutating func next(pause: () throws -> Void) throws -> DumpedText? {
    guard let record = try records.next(pause: pause) else {
      if unsampled > 0 {
        source.notes.append(
          "\(unsampled) texts have no log-probabilities of the sampler: it didn't write them")
        unsampled = 0
      }
      return nil
    }
    return try text(record)
  }

  private mutating func text(_ record: DumpRecord) throws(ImportFault) -> DumpedText {
    let value = record.value
    guard let version = value["schema_version"] else {
      throw record.fault(
        nil, "has no 'schema_version', which prime-rl's token exports have; remove it")
    }
    guard version == .integer(1) else {
      throw record.fault(
        "schema_version",
        "is not 1, the only version known here; export with a prime-rl that writes version 1")
    }
    let ids = try DumpFields.ids(value["token_ids"], record, "token_ids")
    let mask = try DumpFields.mask(value["loss_mask"], record, "loss_mask")
    try DumpFields.checkCount(mask.count, "loss_mask", is: ids.count, of: "token_ids", record)
    func column(
      _ name: String,
      _ read: (JSONValue, DumpRecord, @autoclosure () -> String) throws(ImportFault) -> Float
    ) throws(ImportFault) -> [Float] {
      let values = try DumpFields.list(value[name], record, name)
      try DumpFields.checkCount(values.count, name, is: ids.count, of: "token_ids", record)
      var column: [Float] = []
      column.reserveCapacity(values.count)
      for (index, value) in values.enumerated() {
        column.append(try read(value, record, "\(name)[\(index)]"))
      }
      return column
    }
    var sampler = try column("inference_logprobs", DumpFields.logProbability)
    let trainer = DumpedColumns(
      logProbability: try column("trainer_logprobs", DumpFields.logProbability),
      entropy: try column("entropy", DumpFields.entropy))
    var text = DumpedText(tokenIDs: ids)
    guard text.setResponse(by: mask) else {
      throw record.fault("loss_mask", "has no token that counts; remove the text")
    }
    // Without a ratio of the two the sampler has nothing but fillers.
    let ratios = value["log_importance_ratio"]?.arrayValue
    let isSampled = ratios.map { $0.contains { $0 != .null } } ?? true
    if !isSampled { unsampled += 1 }
    for index in sampler.indices where !isSampled || (!mask[index] && sampler[index] == 0) {
      sampler[index] = .nan
    }
    let sequence = ["step", "rank", "export_sequence_idx"].map { value[$0]?.integerValue }
    if let step = sequence[0], let rank = sequence[1], let index = sequence[2] {
      text.id = "\(step)/\(rank)/\(index)"
    }
    text.metadata = ["step", "env_name"].compactMap { name in
      value[name].flatMap { $0 == .null ? nil : JSONMember(key: name, value: $0) }
    }
    text.models = [DumpedColumns(logProbability: sampler), trainer]
    // Of fillers even where the whole text counts.
    text.removeFirst(always: true)
    return text
  }
}
