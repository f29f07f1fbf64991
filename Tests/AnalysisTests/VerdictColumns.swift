import Analysis
import Foundation
import HDF5
import StatisticalInference
import TestSupport

/// The demo's responses in two precisions; Tests/Fixtures/verdicts/make_verdicts.py.
struct VerdictColumns {
  static let models = ["base", "sft", "rl"]
  static let shared = Result { try VerdictColumns() }

  let ids: [UInt32]
  let prompts: [Int32]
  /// As an index into `models`.
  let sources: [Int32]
  let texts: [Int]
  private let floats: [String: [Double]]

  private init() throws {
    let file = try HDF5File.open(Places.fixture("verdicts/columns.h5"))
    func read(_ path: String) throws -> [Double] {
      try file.root.dataset(path).read(as: Float.self).map(Double.init)
    }
    func whole(_ path: String) throws -> [UInt32] {
      try file.root.dataset(path).read(as: UInt32.self)
    }
    ids = try whole("id")
    prompts = try whole("prompt").map { Int32($0) }
    sources = try whole("source").map { Int32($0) }
    texts = try whole("text").map { Int($0) }
    var floats: [String: [Double]] = [:]
    for model in Self.models {
      for name in ["logp", "logp_error", "entropy", "entropy_error", "s", "u", "c"] {
        floats["\(model)/\(name)"] = try read("\(model)/\(name)")
      }
    }
    for pair in ["base:sft", "base:rl"] {
      for name in ["root", "root_error"] {
        floats["\(pair)/\(name)"] = try read("\(pair)/\(name)")
      }
    }
    self.floats = floats
  }

  /// A column as it was computed with bf16 products.
  subscript(owner: String, name: String) -> [Double] {
    guard let column = floats["\(owner)/\(name)"] else { preconditionFailure("\(owner)/\(name)") }
    return column
  }

  /// The same less its error: what 32 bits gave.
  func exact(_ owner: String, _ name: String) -> [Double] {
    zip(self[owner, name], self[owner, name + "_error"]).map { $0 - $1 }
  }

  /// One measure of a pair on the measure's scale.
  struct Measured {
    let value: [Double]
    let exact: [Double]
    let columns: CalibrationColumns
    /// For the bins of a check, which see the exact numbers.
    let exactLog: [Double]
    let exactEntropy: [Double]
  }

  func measured(_ measure: PositionMeasure, _ before: String, _ after: String) -> Measured {
    func both(_ name: String, _ function: (Double, Double) -> Double) -> [Double] {
      zip(self[before, name], self[after, name]).map(function)
    }
    func exactly(_ name: String, _ function: (Double, Double) -> Double) -> [Double] {
      zip(self.exact(before, name), self.exact(after, name)).map(function)
    }
    let (value, exact, scales): ([Double], [Double], [Double])
    switch measure {
    case .divergence:
      value = self["\(before):\(after)", "root"]
      exact = self.exact("\(before):\(after)", "root")
      scales = both("c", PairScale.divergence)
    case .logProbability:
      value = both("logp") { $1 - $0 }
      exact = exactly("logp") { $1 - $0 }
      scales = both("s", PairScale.difference)
    case .probability:
      value = both("logp") { exp($1) - exp($0) }
      exact = exactly("logp") { exp($1) - exp($0) }
      let moved = [before, after].map { model in
        zip(self[model, "logp"], self[model, "s"]).map { exp($0) * $1 }
      }
      scales = zip(moved[0], moved[1]).map(PairScale.difference)
    case .entropy:
      value = both("entropy") { $1 - $0 }
      exact = exactly("entropy") { $1 - $0 }
      scales = both("u", PairScale.difference)
    }
    return Measured(
      value: value, exact: exact,
      columns: CalibrationColumns(
        scales: scales, errors: zip(value, exact).map { $0 - $1 }, authors: sources,
        logProbabilities: both("logp", min).map { Float($0) },
        entropies: both("entropy", max).map { Float($0) }),
      exactLog: exactly("logp", min), exactEntropy: exactly("entropy", max))
  }

  /// 4,000 evenly spaced positions of prompts with an even place.
  var calibrationPositions: [Int] {
    let even = prompts.indices.filter { prompts[$0] % 2 == 0 }
    // As NumPy's linspace: step times index, the last end exact.
    let step = Double(even.count - 1) / 3_999
    return (0..<4_000).map { even[$0 == 3_999 ? even.count - 1 : Int(Double($0) * step)] }
  }
}

/// What the script computed.
struct VerdictExpectations: Decodable {
  struct Acceptance: Decodable {
    struct Margin: Decodable {
      let margin, undecidableOutside, power, least, most, measured: Double
      let `true`: Double
    }
    let pair: String
    let measure: PositionMeasure
    let bins: Int
    let worst, coverage, medianHalfWidth, meanHalfWidth: Double
    let worstOfNarrow, worstOfOneModel, worstOfGlobal: Double
    let margins: [Margin]

    var before: String { String(pair.split(separator: ":")[0]) }
    var after: String { String(pair.split(separator: ":")[1]) }
  }

  struct Tokens: Decodable {
    struct Row: Decodable {
      let token: UInt32
      let prompts: Int
      let mean, lower, upper, changed, unchanged: Double
      let verdict: Verdict
    }
    let pair: String
    let measure: PositionMeasure
    let margin: Double
    let source: String
    let sigma: Double
    let exact, reduced: [Row]
  }

  let acceptance: [Acceptance]
  let tokens: [Tokens]

  static let shared = Result {
    try JSONDecoder().decode(
      Self.self,
      from: Data(contentsOf: URL(filePath: Places.fixture("verdicts/expected.json"))))
  }
}
