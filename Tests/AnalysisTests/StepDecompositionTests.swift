import Analysis
import Foundation
import RunLogs
import Scoring
import StatisticalInference
import TestSupport
import Testing

/// Steps of a lineage against NumPy's numbers, and their noise.
@Suite struct StepDecompositionTests {
  @Test func `steps, their reversal and what few positions hold are NumPy's`() throws {
    let fixture = try ForkFixture.shared.get()
    try fixture.planted.withLog { table in
      let steps = try StepDecomposition(of: Lineage(parsing: "a,b,c"), in: table)
      // The middle model's own texts come last.
      #expect(steps.authors.map(\.name) == ["a", "c", "b"])
      #expect(steps.authors.map(\.isSecond) == [false, false, true])
      #expect(steps.isExact && !steps.isAssumed)
      for author in steps.authors {
        let expected = try #require(fixture.expected[author.name]).steps
        try ForkFixture.expect(author.reversal, is: expected.reversal, "reversal")
        try ForkFixture.expect(author.bothShare, is: expected.both, "both")
        try ForkFixture.expect(author.oppositeShare, is: expected.opposite, "opposite")
        try ForkFixture.expect(author.concentration, is: expected.concentration, "concentration")
        for (mean, expected) in [
          (author.first, expected.first), (author.second, expected.second),
          (author.whole, expected.whole),
        ] { expectClose(mean.value, expected.value, absolute: 1e-12) }
        #expect(
          StepDecomposition.Quadrant.allCases.map { author.quadrants[$0] ?? 0 }
            == expected.quadrants)
        expectClose(
          try #require(author.retained).value, 1 - expected.reversal.value, absolute: 1e-12)
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `parts add up to the whole within two units in the last place`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20_000 {
      let logs = (0..<3).map { _ in
        -Float(exp(generator.normal() * 5))
      }
      let parts = StepDecomposition.parts(logs[0], logs[1], logs[2])
      let unit = Double((logs.map(abs).max() ?? 0).ulp)
      #expect(
        abs(parts.first + parts.second - parts.whole) <= 2 * unit, "seed \(seed): \(logs)")
      // As 32-bit numbers, which a log's columns of pairs are, each is off by half a unit.
      let rounded = [parts.first, parts.second, parts.whole].map { Double(Float($0)) }
      #expect(abs(rounded[0] + rounded[1] - rounded[2]) <= 2 * unit, "seed \(seed): \(logs)")
    }
  }

  /// The demo's checkpoints on every fifth of its texts.
  private static func demo() throws -> TokenLog {
    try withTemporaryFolder { folder in
      let lines = try String(
        contentsOf: Places.data.appending(path: "demo/responses.jsonl"), encoding: .utf8
      ).split(separator: "\n")
      let texts = folder.appending(path: "texts.jsonl")
      try stride(from: 0, to: lines.count, by: 5).map { lines[$0] + "\n" }.joined()
        .write(to: texts, atomically: true, encoding: .utf8)
      let scorer = try Scorer(
        checkpoints: ["base", "sft", "rl"].map {
          try Checkpoint(name: $0, directory: Places.data.appending(path: "demo/\($0)").path)
        },
        texts: TextFile(path: texts.path),
        pairs: ["base:sft", "sft:rl", "base:rl"].map { try PairName(parsing: $0) })
      let path = folder.appending(path: "log.h5").path
      let writer = try TokenLogWriter(
        destination: path,
        header: scorer.header(.init(version: "test", commandLine: "test", created: .distantPast)))
      _ = try scorer.run(into: writer)
      try writer.publish()
      return try TokenLog(path: path)
    }
  }

  @Test func `on the demo's log parts add up to the whole at every position`() throws {
    let log = try Self.demo()
    let table = try TokenTable(log)
    let lineage = try Lineage(parsing: "base,sft,rl")
    let steps = try StepDecomposition(of: lineage, in: table)
    let models = try lineage.models.map { try log.floats(.logProbability, of: $0) }
    let pairs = try ["base:sft", "sft:rl", "base:rl"].map {
      try log.floats(.logProbabilityChange, of: PairName(parsing: $0))
    }
    var positions = 0
    for (author, first, second) in steps.steps {
      let rows = try table.rows(TokenFilter(source: author, models: lineage.models))
      #expect(rows.count == first.count && rows.count > 1_000)
      var (place, faults) = (0, [Int]())
      rows.visit { row, _, _ in
        let logs = models.map { $0[row] }
        let bound = 2 * Double((logs.map(abs).max() ?? 0).ulp)
        let whole = Double(logs[2]) - Double(logs[0])
        // The parts that are shown, and those that the log keeps of each pair as 32-bit numbers.
        let columns = pairs.map { Double($0[row]) }
        if !(abs(first[place] + second[place] - whole) <= bound
          && abs(columns[0] + columns[1] - columns[2]) <= bound)
        {
          faults.append(row)
        }
        place += 1
      }
      #expect(faults.isEmpty, "\(author): \(faults.count), the first is row \(faults.first ?? 0)")
      positions += place
    }
    #expect(steps.authors.map(\.positionCount).reduce(0, +) == positions && positions > 9_000)
  }

  /// Texts whose second step has nothing to do with the first, with errors of rounding on each model.
  private static func noisy(
    seed: UInt64, sigma: Double, replicates: Int?, step: Double = 0.02
  ) -> PlantedLog {
    var generator = SeededGenerator(seed: seed)
    var log = PlantedLog()
    log.computeType = "BF16"
    log.replicateTypes = replicates == nil ? [nil, nil, nil] : ["F32", "F32", "F32"]
    for text in 0..<120 {
      let values = (0..<25).map { _ in
        var value = PlantedLog.Values()
        let a = -0.3 - abs(generator.normal())
        let b = a + step * generator.normal()
        let exact = [a, b, b + step * generator.normal()]
        for model in 0..<3 {
          // Without lists s is its bound, √2 (1 − p).
          let scale = -expm1(exact[model]) * 2.0.squareRoot()
          value.models[model] = [
            .logProbability: Float(exact[model] + sigma * scale * generator.normal())
          ]
          let isKnown = replicates.map { text < $0 } ?? false
          value.replicates[model] = isKnown ? (Float(exact[model]), 0) : (.nan, .nan)
        }
        return value
      }
      log.add(
        "t\(text)", prompt: "p\(text)", source: "a", tokens: values.map { _ in 1 }, values: values)
    }
    return log
  }

  private static func decomposition(_ planted: PlantedLog) throws -> StepDecomposition {
    try planted.withLog { try StepDecomposition(of: Lineage(parsing: "a,b,c"), in: $0) }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `rounding that both steps share is taken out`(seed: UInt64) throws {
    // Of both steps B's error is σ²s² ≈ 0.006² of 0.02² + 2 · 0.006²: without correction ρ would be 0.08.
    let planted = Self.noisy(seed: seed, sigma: 0.006 / 0.7, replicates: 40)
    let steps = try Self.decomposition(planted)
    let author = try #require(steps.authors.first)
    #expect(!steps.isExact && !steps.isAssumed)
    let reversal = try #require(author.reversal)
    let half = ((reversal.upper ?? .nan) - (reversal.lower ?? .nan)) / 2
    // Twice the half-width of a 95 % interval is 4 deviations.
    #expect(abs(reversal.value) < 2 * half, "seed \(seed): \(reversal)")
    // The same log taken as exact says that the second step takes back part of the first.
    var raw = planted
    raw.computeType = "F32"
    raw.replicateTypes = [nil, nil, nil]
    let plain = try #require(try Self.decomposition(raw).authors.first?.reversal)
    #expect(plain.value > reversal.value + 0.03, "seed \(seed): \(plain) \(reversal)")
  }

  @Test func `a step within rounding is not measured, an assumed rounding has no value`() throws {
    let seed: UInt64 = 5
    // σs = 0.02, as large as the step.
    let drowned = try Self.decomposition(Self.noisy(seed: seed, sigma: 0.03, replicates: 40))
    #expect(try #require(drowned.authors.first).reversal == nil, "seed \(seed)")
    // Nothing known of bf16: σ = 0.1 is assumed, which drowns this step …
    let unknown = try Self.decomposition(Self.noisy(seed: seed, sigma: 0.001, replicates: nil))
    #expect(unknown.isAssumed && unknown.authors.first?.reversal == nil)
    // … and of half precision 0.01, with which it is known between two ends.
    var half = Self.noisy(seed: seed, sigma: 0.001, replicates: nil, step: 0.05)
    half.computeType = "F16"
    let between = try #require(try Self.decomposition(half).authors.first?.reversal)
    #expect(between.value.isNaN)
    let ends = try #require(between.interval)
    #expect(ends.contains(0), "seed \(seed): \(ends)")
  }

  @Test(arguments: [
    ("a,b", "'a,b' is no lineage"), ("a,b,c,d", "is no lineage"), ("a,,c", "is no lineage"),
    ("a,b,a", "names a twice"),
  ])
  func `what is no lineage is refused`(text: String, message: String) {
    let error = #expect(throws: LineageError.self) { try Lineage(parsing: text) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func `a model that the log lacks is named with those it has`() throws {
    let planted = try ForkFixture.shared.get().planted
    try planted.withLog { table in
      let error = #expect(throws: LineageError.self) {
        try StepDecomposition(of: Lineage(parsing: "a, b, rl"), in: table)
      }
      #expect(error?.description.contains("has no model rl, only a, b, c") == true)
    }
  }
}
