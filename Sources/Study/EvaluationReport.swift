internal import Reporting
internal import StatisticalInference
internal import Tasks
package import Training

/// What `evaluate` prints: a table for people, members for programs.
package struct EvaluationReport: Encodable {
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
    let stoppedShare: Estimate
    let responseLength: Estimate
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

  /// All parts given; `asked` is how many problems were asked for.
  package init(
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

  /// A row for each split.
  private var table: Table {
    // pass@1 is the sampled accuracy.
    let tries = (splits.first?.sampled?.tries ?? []).enumerated().filter { $0.element.k > 1 }
    return Table(
      title: "", caption: "",
      columns: [
        .init("split", .text, ""), .init("problems", .count, ""), .init("greedy", .share, ""),
        .init("sampled", .share, ""),
      ] + tries.map { .init("pass@\($0.element.k)", .share, "") } + [
        .init("ended", .share, ""), .init("tokens", .number, unit: "tokens", ""),
      ],
      rows: splits.map { split in
        let part = split.sampled ?? split.greedy
        return [
          .text(split.split), .count(split.problems), .estimate(split.greedy?.accuracy),
          .estimate(split.sampled?.accuracy),
        ] + tries.map { .estimate(split.sampled?.tries[$0.offset].estimate) } + [
          .estimate(part?.stoppedShare), .estimate(part?.responseLength),
        ]
      })
  }

  /// A column for each split, and what brackets are.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines without line ends.
  package func lines(width: Int) -> [String] {
    let table = table
    let lines = table.transposedLines(width: width)
    let hasBrackets = lines.contains { $0.contains("[") }
    return lines + notes(hasBrackets: hasBrackets, about: table.estimates)
  }

  private func notes(hasBrackets: Bool, about estimates: [Estimate]) -> [String] {
    let sampled =
      samples > 0
      ? ", \(samples) \(samples == 1 ? "sample" : "samples") at temperature \(temperature)" : ""
    let few = splits.filter { $0.problems < asked }.map {
      "\($0.split) has only \($0.problems) different problems"
    }
    // One line: the words about few problems after those about brackets.
    let words =
      hasBrackets
      ? IntervalNote.sentences(about: estimates).dropFirst().map { " " + $0 }.joined() : ""
    let first =
      hasBrackets
      ? "in brackets: 95 % intervals over problems\(sampled)"
      : "intervals need a wider terminal\(sampled)"
    return [first + (words.isEmpty ? "" : "." + words)] + few
  }
}
