import RunLogs
import TestSupport

/// A small log with every column of the schema, and names and tokens that are hard to write as CSV.
///
/// `Fixtures/runlogs/export.h5` is one, with seed 15; h5py and pandas say what is in it.
enum ExportLog {
  static let vocabulary: [[UInt8]] =
    [
      "a", " the", "\n", "\"", ",", "\r\n", "é", "null", "NA", "\t", "↵", "a\"b,\nc", "", "12", " ",
      "\u{0}",
    ].map { Array($0.utf8) } + [
      [0xE2, 0x82], [0xFF], Array("\u{1B}[2J\u{202E}".utf8), [0xF0, 0x9F, 0x98, 0x80],
    ]

  static func header(hasMoved: Bool = true) throws -> TokenLogHeader {
    TokenLogHeader(
      producer: "tokenshift", producerVersion: "0", created: "", commandLine: "", topK: 2,
      texts: TextsRecord(
        fileName: "a.jsonl", digest: "d", lineCount: 6, isRetokenized: false,
        notDecodingBackCount: 0),
      tokenizer: TokenizerRecord(digest: "t", specialIDs: [], tokens: vocabulary),
      models: ["base", "rl"].map { name in
        ModelRecord(
          name: name, folder: name, architecture: "A", parameterCount: 10, storedTypes: ["F32"],
          computeType: "F32", replicateType: "BF16", fileDigests: [:], weightsDigest: "w",
          tokenizerDigest: "t", vocabularySize: 24)
      }, pairs: [try PairName(before: "base", after: "rl")], sharedVocabularySize: 22,
      replicateTextCount: 6, movedMassThreshold: hasMoved ? 1e-6 : nil)
  }

  private static let names = [
    ("plain", "base"), ("with, comma", "rl"), ("a \"quote\"", "base"), ("two\nlines", ""),
    ("é ", "rl"),
    ("empty", "base"),
  ]

  static func write(to path: String, seed: UInt64 = 15) throws {
    var generator = SeededGenerator(seed: seed)
    let header = try header()
    var texts: [SequenceRecord] = []
    for (index, (id, source)) in names.enumerated() {
      let count = index == 5 ? 0 : 3 + Int(generator.next() % 6)
      let start = min(1 + Int(generator.next() % 2), count)
      texts.append(
        SequenceRecord(
          id: id, promptID: "p\(index / 2)", sampleID: index % 2, source: source, finish: "stop",
          isCorrect: [nil, true, false][index % 3],
          reward: index % 2 == 0 ? nil : generator.normal(),
          metadata: #"{"level": \#(index), "note": "a, b"}"#,
          tokenIDs: (0..<count).map { _ in UInt32(generator.next() % 24) }, responseStart: start,
          responseMask: index == 1 ? (start..<count).map { $0 % 2 == 0 } : nil))
    }
    let isMeasured = texts.flatMap { text in text.tokenIDs.indices.map { $0 > 0 } }
    let count = isMeasured.count
    func floats(_ column: TokenLogColumn, width: Int = 1) -> [Float] {
      (0..<count * width).map { place in
        guard isMeasured[place / width] else { return .nan }
        var value = Float(generator.normal())
        // Exponents of all sizes, where the range has them.
        if generator.next() % 4 == 0 { value *= 1e-20 }
        if generator.next() % 8 == 0, column.range.contains(-.infinity) { value = -.infinity }
        while !column.range.contains(Double(value)) { value = -value / 2 }
        return value
      }
    }
    func ids(width: Int = 1, from least: UInt32 = 0) -> [UInt32] {
      (0..<count * width).map {
        isMeasured[$0 / width] ? least + UInt32(generator.next() % 24) : 0
      }
    }
    let reasons = isMeasured.map { $0 ? UnmeasuredReason.measured : .firstToken }
    let models = header.models.map { _ in
      var columns = ModelColumns()
      for column in ModelColumn.allCases {
        columns[column] = floats(.named(column.rawValue, .model))
      }
      columns[.rank] = ids(from: 1)
      columns[.topToken] = ids()
      columns.topK = TopK(
        ids: ids(width: 2), logProbabilities: floats(.named("topk/logp", .model), width: 2),
        restLogMass: floats(.named("topk/rest_logmass", .model)))
      columns.unmeasured = reasons
      columns.replicate = Replicate(
        logProbability: floats(TokenLogColumn.replicate[0]),
        entropy: floats(TokenLogColumn.replicate[1]))
      return columns
    }
    var pair = PairColumns()
    for column in PairColumn.allCases { pair[column] = floats(.named(column.rawValue, .pair)) }
    pair.replicate = floats(TokenLogColumn.replicate[2])
    var moved = MovedMass()
    for text in texts {
      let tokens = (0..<UInt32(24)).filter { _ in
        !text.tokenIDs.isEmpty && generator.next() % 4 == 0
      }
      moved.append(
        tokens: tokens, gained: tokens.map { _ in Float(generator.uniform()) },
        lost: tokens.map { _ in Float(generator.uniform()) },
        positions: text.tokenIDs.isEmpty ? 0 : 2, dropped: Float(generator.uniform()))
    }
    pair.moved = moved
    let writer = try TokenLogWriter(destination: path, header: header)
    try writer.append(
      TokenLogBlock(sequences: texts, unmeasured: reasons, models: models, pairs: [pair]))
    try writer.publish()
  }
}

/// Reads CSV letter by letter, as RFC 4180 says it: slow and obvious.
func slowlyReadCSV(_ text: String) -> [[String]] {
  var rows: [[String]] = []
  var (row, field): ([String], [Unicode.Scalar]) = ([], [])
  var isQuoted = false
  var scalars = Array(text.unicodeScalars)[...]
  func string(_ scalars: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
  while let scalar = scalars.popFirst() {
    switch (scalar, isQuoted) {
    case ("\"", true) where scalars.first == "\"":
      field.append("\"")
      scalars.removeFirst()
    case ("\"", _): isQuoted.toggle()
    case (",", false):
      row.append(string(field))
      field = []
    // Readers take a bare carriage return for the end of a line, too.
    case ("\n", false), ("\r", false):
      rows.append(row + [string(field)])
      (row, field) = ([], [])
    default: field.append(scalar)
    }
  }
  precondition(row.isEmpty && field.isEmpty && !isQuoted, "the text ends within a row")
  return rows
}
