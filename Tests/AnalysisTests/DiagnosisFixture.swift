import Analysis
import Foundation
import RunLogs
import TestSupport

/// Tests/Fixtures/diagnosis: series with what NumPy and SciPy measure on them, and real runs.
struct DiagnosisFixture: Decodable {
  struct Change: Decodable {
    let direction, least, reference: String
    let amount, floor, statistic, size, before, after, autocorrelation, persistence: Double
    let worst: Int

    var question: SustainedChange.Question {
      get throws {
        let references: [String: ChangeThresholds.Reference] = [
          "best": .best, "firstBlocks": .firstBlocks, "firstStep": .firstStep,
        ]
        guard let reference = references[reference] else { throw CocoaError(.coderInvalidValue) }
        return .init(
          direction == "falling" ? .falling : .rising,
          by: least == "factor" ? .factor(amount) : .share(amount), against: reference, floor: floor
        )
      }
    }
  }

  struct Spike: Decodable {
    let index: Int
    let factor, threshold: Double
  }

  struct Plateau: Decodable {
    let probability, rise, ratio: Double
  }

  struct Groups: Decodable {
    let index: Int
    let share, lower: Double
  }

  struct Series<Expected: Decodable>: Decodable {
    let name: String
    let values: [Double]
    let expected: Expected
  }

  struct Threshold: Decodable {
    let steps: Int
    let coefficient: Double
    let reference: String
    let quantiles: [Double: Double]

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Name.self)
      steps = try values.decode(Int.self, forKey: Name("steps"))
      coefficient = try values.decode(Double.self, forKey: Name("coefficient"))
      reference = try values.decode(String.self, forKey: Name("reference"))
      var quantiles: [Double: Double] = [:]
      for key in values.allKeys where key.stringValue.hasPrefix("q") {
        quantiles[Double(key.stringValue.dropFirst()) ?? .nan] = try values.decode(
          Double.self, forKey: key)
      }
      self.quantiles = quantiles
    }

    private struct Name: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(_ name: String) { stringValue = name }
      init?(stringValue: String) { self.init(stringValue) }
      init?(intValue: Int) { nil }
    }
  }

  let changes: [Series<[Change]>]
  let spikes: [Series<Spike>]
  let plateaus: [Series<Plateau>]
  let groups: [Series<Groups?>]
  let thresholds: [Threshold]

  static func read() throws -> DiagnosisFixture {
    try JSONDecoder().decode(
      Self.self,
      from: Data(contentsOf: URL(filePath: Places.fixture("diagnosis/diagnosis.json"))))
  }

  /// The runs that are there: names of `Data/Presets/modular`.
  static let runs = ["rl", "rl-half", "sft-plus-rl", "srft", "srft-released"]

  /// A real run's log, with the columns that detectors look at.
  static func run(_ name: String) throws -> TrainingLog {
    let lines = try String(
      contentsOfFile: Places.fixture("diagnosis/run-\(name).tsv"), encoding: .utf8
    ).split(separator: "\n").map { $0.split(separator: "\t") }
    let names = lines[0].map(String.init)
    let rows = lines.dropFirst().map { $0.map { Double($0) ?? .nan } }
    return TrainingLog(
      steps: rows.map { Int($0[0]) },
      columns: names.indices.dropFirst().map { index in
        .init(name: names[index], definition: "", unit: "", values: rows.map { $0[index] })
      })
  }
}
