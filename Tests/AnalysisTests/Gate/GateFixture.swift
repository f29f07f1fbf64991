import Analysis
import Foundation
import TestSupport

/// Lines of `gate.jsonl`, each of one kind.
struct GateFixture: Decodable {
  let kind: String
  let look: Int?
  let looks: Int?
  let alpha: Double?
  let value: Double?
  let p: [Double]?
  let weights: [Double]?
  let rejected: [Int]?
  let tail: Double?
  let degrees: Double?
  let seeds: Int?
  let candidates: Int?
  let sides: Int?
  let level: Double?
  let metrics: [Row]?

  struct Row: Decodable {
    let metric: GateMetric
    let margin: Double
    let baseline: [[Double]]?
    let candidate: [[Double]]
    let value: Double
    let harm: Double
    let size: Double
    let p: Double
    let inside: Double
    let outcome: GateFinding.Outcome
    let smallest: Double
    let power: Double
    let needed: Int

    var measure: GateMeasure {
      GateMeasure(
        metric, baselines: baseline.map { [Self.values($0)] } ?? [],
        candidate: Self.values(candidate))
    }

    private static func values(_ pair: [[Double]]) -> PromptValues {
      PromptValues(
        zip(pair[0], pair[1]).enumerated().map {
          (prompt: "prompt \($0)", sum: $1.0, count: $1.1)
        })
    }
  }

  static func lines(_ kind: String) throws -> [GateFixture] {
    let text = try String(contentsOfFile: Places.fixture("gate/gate.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(GateFixture.self, from: Data($0.utf8))
    }.filter { $0.kind == kind }
  }
}
