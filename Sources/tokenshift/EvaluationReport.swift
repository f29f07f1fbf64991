import Training

/// What `evaluate` prints: a table for people, members for programs.
struct EvaluationReport: Encodable {
  let model: String
  let task: String
  let seed: UInt64
  let samples: Int
  let temperature: Double
  let output: String?
  let splits: [Split]
  private let asked: Int

  struct Split: Encodable {
    let split: String
    let problems: Int
    let greedy: Part?
    let sampled: Part?
  }

  struct Part: Encodable {
    let accuracy: Estimate
    /// By k; greedy has none.
    let pass: [String: Estimate]?
    let stoppedShare: Double
    let responseLength: Double
    let verdicts: [String: Int]
    /// In their order, for people.
    let tries: [(k: Int, estimate: Estimate)]

    enum CodingKeys: CodingKey { case accuracy, pass, stoppedShare, responseLength, verdicts }

    init(_ grades: HeldOutResult.Grades, isSampled: Bool) {
      accuracy = grades.accuracy
      stoppedShare = grades.stoppedShare
      responseLength = grades.responseLength
      verdicts = Dictionary(
        uniqueKeysWithValues: grades.verdicts.map { ($0.key.rawValue, $0.value) })
      tries = isSampled ? grades.tries.map { ($0, grades.pass(at: $0)) } : []
      pass =
        isSampled
        ? Dictionary(uniqueKeysWithValues: tries.map { (String($0.k), $0.estimate) }) : nil
    }
  }

  enum CodingKeys: CodingKey { case model, task, seed, samples, temperature, output, splits }

  init(
    model: String, task: String, seed: UInt64, samples: Int, temperature: Double, output: String?,
    results: [HeldOutResult], asked: Int
  ) {
    (self.model, self.task, self.seed) = (model, task, seed)
    (self.samples, self.temperature) = (samples, temperature)
    (self.output, self.asked) = (output, asked)
    splits = results.map { result in
      Split(
        split: result.split.description, problems: result.problems,
        greedy: result.greedy.map { Part($0, isSampled: false) },
        sampled: result.sampled.map { Part($0, isSampled: true) })
    }
  }

  /// A column for each split.
  var lines: [String] {
    var rows: [(String, (Split) -> String?)] = [
      ("", { $0.split }), ("problems", { String($0.problems) }),
      ("greedy", { $0.greedy.map { Self.text($0.accuracy) } }),
      ("sampled", { $0.sampled.map { Self.text($0.accuracy) } }),
    ]
    // pass@1 is the sampled accuracy.
    for (index, (k, _)) in (splits.first?.sampled?.tries ?? []).enumerated() where k > 1 {
      rows.append(("pass@\(k)", { $0.sampled.map { Self.text($0.tries[index].estimate) } }))
    }
    rows += [
      ("ended", { ($0.sampled ?? $0.greedy).map { Self.percent($0.stoppedShare) + " %" } }),
      ("tokens", { ($0.sampled ?? $0.greedy).map { Self.tenths($0.responseLength) } }),
    ]
    let cells = rows.map { name, cell in [name] + splits.map { cell($0) ?? "" } }
      .filter { row in row.dropFirst().contains { !$0.isEmpty } }
    let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    let table = cells.map { row in
      let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      let line = padded.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    return table + notes
  }

  private var notes: [String] {
    let sampled =
      samples > 0
      ? ", \(samples) \(samples == 1 ? "sample" : "samples") at temperature \(temperature)" : ""
    let few = splits.filter { $0.problems < asked }.map {
      "\($0.split) has only \($0.problems) different problems"
    }
    return ["in parentheses: 95 % intervals over problems\(sampled)"] + few
  }

  private static func text(_ estimate: Estimate) -> String {
    "\(percent(estimate.value)) % (\(percent(estimate.low))–\(percent(estimate.high)))"
  }

  private static func percent(_ share: Double) -> String { tenths(100 * share) }

  private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
