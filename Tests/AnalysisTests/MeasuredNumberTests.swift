import Analysis
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// Logs with a number that isn't one in a row that is marked as measured.
@Suite struct MeasuredNumberTests {
  /// Three texts of four tokens, of which the second's third, row 6, is planted.
  private static func planted(_ plant: (inout PlantedLog.Values) -> Void) -> PlantedLog {
    var log = PlantedLog()
    log.computeType = "BF16"
    for text in 0..<3 {
      let values = (0..<4).map { place in
        var value = PlantedLog.Values(isMeasured: place > 0)
        for model in 0..<2 {
          value.models[model] = [.logProbability: -1, .entropy: 0.5, .varentropy: 1]
        }
        if text == 1, place == 2 { plant(&value) }
        return value
      }
      log.add("t\(text)", source: "b", responseStart: 1, tokens: [1, 2, 3, 4], values: values)
    }
    return log
  }

  private static func expectRefusal(
    _ path: String, _ log: PlantedLog, row: Int = 6, _ read: (TokenTable) throws -> Void
  ) throws {
    try log.withLog { table in
      let error = try #require(throws: RunLogError.self) { try read(table) }
      #expect(error.kind == .damaged)
      let text = error.description
      #expect(
        text.hasPrefix("\(table.log.path): \(path) is not a number in row \(row), which is marked"))
      #expect(!text.contains("\n"))
    }
  }

  @Test(arguments: [ModelColumn.logProbability, .entropy, .varentropy])
  func `a model's column is refused by file, column and row`(column: ModelColumn) throws {
    for model in 0..<2 {
      let log = Self.planted { $0.models[model][column] = .nan }
      let path = "/model/\(PlantedLog.models[model])/\(column.rawValue)"
      try Self.expectRefusal(path, log) { _ = try PairAudit(of: PlantedLog.first, in: $0) }
      try Self.expectRefusal(path, log) {
        _ = try $0.values(column, of: PlantedLog.models[model], in: 5..<8)
      }
    }
  }

  @Test(arguments: [
    PairColumn.jensenShannonDivergence, .logProbabilityChange, .probabilityChange, .entropyChange,
    .totalVariationDistance, .klAfterBefore,
  ])
  func `a pair's column is refused by file, column and row`(column: PairColumn) throws {
    let log = Self.planted { $0.pairs[0][column] = .nan }
    let path = "/pair/a:b/\(column.rawValue)"
    try Self.expectRefusal(path, log) { _ = try PairAudit(of: PlantedLog.first, in: $0) }
    try Self.expectRefusal(path, log) { _ = try $0.values(column, of: PlantedLog.first, in: 4..<8) }
    try Self.expectRefusal(path, log) { _ = try PairSummary(of: PlantedLog.first, in: $0) }
  }

  /// Two tokens for each measured position, and what stands in model b's lists at row 6.
  private static func listed(probability: Float = -2, rest: Float = -1) -> PlantedLog {
    var log = planted { _ in }
    log.topK = 2
    for model in 0..<3 {
      let isMeasured = log.block.unmeasured.map { $0 == .measured }
      log.block.models[model].topK = TopK(
        ids: isMeasured.flatMap { _ in [1, 2] },
        logProbabilities: isMeasured.flatMap { $0 ? [-1, -2] : [.nan, .nan] },
        restLogMass: isMeasured.map { $0 ? -1 : .nan })
    }
    log.block.models[1].topK.logProbabilities[13] = probability
    log.block.models[1].topK.restLogMass[6] = rest
    return log
  }

  @Test func `a list of most likely tokens is refused by file, column and row`() throws {
    try Self.expectRefusal("/model/b/topk/logp", Self.listed(probability: .nan)) {
      _ = try PairAudit(of: PlantedLog.first, in: $0)
    }
  }

  @Test func `of lists whose rest is no number only the bounds are wider`() throws {
    for rest in [Float.nan, 0] {
      try Self.listed(rest: rest).withLog { table in
        #expect(throws: Never.self) { _ = try PairAudit(of: PlantedLog.first, in: table) }
      }
    }
  }

  @Test func `rows that aren't measured, and masses that nobody looked at, are no fault`() throws {
    try Self.planted { $0.models[0][.extraLogMass] = .nan }.withLog { table in
      let (masses, audit) = (
        try table.values(.extraLogMass, of: "a"), try PairAudit(of: PlantedLog.first, in: table)
      )
      #expect(masses.count == 12)
      #expect(audit.authors.map(\.positionCount) == [9])
    }
  }

  @Test(arguments: [(Double.nan, 0.5), (.infinity, 0.5), (0, .infinity), (0, .nan)])
  func `a group with a bias or a mean that isn't finite is undecidable`(
    bias: Double, mean: Double
  ) {
    var (bounds, wide) = (StudentBounds(level: 0.95), StudentBounds(level: 0.99))
    let sound = Moments((0..<40).map { 0.5 + Double($0 % 2) / 100 })
    let moments = Moments(count: 40, mean: mean, squares: sound.squares, cubes: sound.cubes)
    let members = [
      VerdictFamily.Member(moments, bias: bias, &bounds, &wide),
      VerdictFamily.Member(sound, bias: 0, &bounds, &wide),
    ]
    for isSigned in [false, true] {
      let family = VerdictFamily(members: members, isSigned: isSigned)
      #expect(family.verdicts(margin: 0.1) == [.undecidable, .changed])
      #expect(family.verdicts(margin: 1) == [.undecidable, .unchanged])
    }
  }
}
