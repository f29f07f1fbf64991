import Foundation
internal import StatisticalInference
internal import TokenStatistics

/// Temperature and truncation that bring a trainer's distributions closest to what a sampler said.
///
/// Closest is the least Σ |left| / √(s² + 0.05²): where a rounded probability lies across the edge of
/// what is kept, the error is a jump, and squares would follow it. A table over T and each parameter
/// finds where the least is, finer and finer grids around it how exactly.
struct DistributionFit {
  private let gap: MismatchGap
  private let profiles: [DistributionProfile]
  private let weights: [Double]
  /// Which tokens the table is made from.
  private let few: [Int]
  /// Best of the table: by kind (nil for none), at T = 1 and at any.
  private var starts: [Truncation.Kind?: (plain: Point, tempered: Point)] = [:]

  struct Point {
    var temperature = 1.0
    var parameter = 0.0
    var loss = Double.infinity
  }

  /// Tokens of the table at most.
  private static let tableTokens = 500
  private static let leastScale = 0.05
  /// 0.2 to 2, T = 1 among them.
  private static let temperatures = (-17...7).map { exp(Double($0) * Foundation.log(5.0) / 17) }
  private static let ratioStep = Foundation.log(5.0) / 17

  init(_ gap: MismatchGap, profiles all: [Int: DistributionProfile]) {
    let known = gap.removing(gap.rows.map { all[$0] == nil ? .nan : 0 }).before
    self.gap = known
    profiles = known.rows.compactMap { all[$0] }
    weights = known.scales.map { 1 / hypot($0, Self.leastScale) }
    let step = max((known.rows.count + Self.tableTokens - 1) / Self.tableTokens, 1)
    few = Array(stride(from: 0, to: known.rows.count, by: step))
    makeTable()
  }

  /// Whether there is anything to fit.
  var isEmpty: Bool { profiles.isEmpty }

  private static func grid(_ kind: Truncation.Kind, vocabularySize: Int) -> [Double] {
    switch kind {
    case .topP: (1...48).map { 0.02 * Double($0) } + [0.97, 0.98, 0.985, 0.99, 0.995, 0.998, 0.999]
    case .topK:
      [
        1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 100, 128, 160, 200, 256, 320,
        400, 512, 640, 800, 1_000,
      ].filter { $0 < Double(vocabularySize) }
    case .minP: (0..<30).map { 0.9 * pow(0.001, Double($0) / 29) }
    }
  }

  private mutating func makeTable() {
    guard !profiles.isEmpty else { return }
    let size = profiles.map(\.vocabularySize).max() ?? 1
    let rules = Truncation.Kind.allCases.map { ($0, Self.grid($0, vocabularySize: size)) }
    let columns: [(Truncation.Kind?, Double)] =
      [(nil, 0)] + rules.flatMap { kind, parameters in parameters.map { (kind, $0) } }
    for temperature in Self.temperatures {
      let isOne = abs(temperature - 1) < 1e-9
      let losses = losses(few, isOne ? 1 : temperature, rules)
      for ((kind, parameter), loss) in zip(columns, losses) {
        let point = Point(temperature: temperature, parameter: parameter, loss: loss)
        var best = starts[kind] ?? (Point(), Point())
        if isOne, loss < best.plain.loss { best.plain = point }
        if loss < best.tempered.loss { best.tempered = point }
        starts[kind] = best
      }
    }
  }

  /// Σ w |Δ + e| without truncation, and for each parameter.
  private func losses(
    _ indices: [Int], _ temperature: Double,
    _ rules: [(kind: Truncation.Kind, parameters: [Double])]
  ) -> [Double] {
    DistributionProfile.distances(
      of: indices.map { profiles[$0] }, gaps: indices.map { gap.values[$0] },
      weights: indices.map { weights[$0] }, temperature: temperature, rules: rules)
  }

  // MARK: Finer

  /// The explanation of one kind.
  func explanation(
    _ kind: Truncation.Kind?, isTempered: Bool, of whole: MismatchGap
  ) -> MismatchExplanation {
    let start = starts[kind].map { isTempered ? $0.tempered : $0.plain } ?? Point()
    let point = refined(kind, isTempered: isTempered, from: start)
    let found = changes(kind, point)
    let left = zip(gap.values, found).map { $0 + $1 }
    var effects: [Int: Double] = [:]
    for (row, change) in zip(gap.rows, found) { effects[row] = change }
    let excluded = kind.map { kind in
      profiles.count { !$0.tempered(point.temperature).keeps(kind.rule(point.parameter)) }
    }
    return MismatchExplanation(
      kind.map { .truncation($0, isTempered: isTempered) } ?? .temperature,
      parameters: parameters(kind, isTempered: isTempered, at: point, left: left),
      effects: whole.rows.map { effects[$0] ?? .nan },
      excludedShare: Double(excluded ?? 0) / Double(max(profiles.count, 1)), of: whole)
  }

  private func changes(_ kind: Truncation.Kind?, _ point: Point) -> [Double] {
    DistributionProfile.changes(
      of: profiles, temperature: point.temperature, rule: kind?.rule(point.parameter))
  }

  private func refined(
    _ kind: Truncation.Kind?, isTempered: Bool, from start: Point
  ) -> Point {
    var best = start
    var (width, reach) = (isTempered || kind == nil ? Self.ratioStep : 0, 1.0)
    let all = Array(profiles.indices)
    for round in 0..<8 {
      let indices = round < 3 ? few : all
      let temperatures =
        width > 0 ? (-3...3).map { best.temperature * exp(width * Double($0) / 3) } : [1]
      let parameters = kind.map { Self.near(best.parameter, $0, reach: reach) } ?? []
      let points = temperatures.flatMap { self.points(kind, at: $0, parameters, indices) }
      let least = points.map(\.loss).min() ?? .infinity
      // Between neighbouring sums of probabilities nothing changes: the middle of those that do equally.
      let equal = points.filter { $0.loss <= least * (1 + 1e-9) + 1e-12 }
      best = equal[equal.count / 2]
      width /= 2.5
      // Slower than T: along a valley of both the parameter has a long way to go.
      reach /= 1.7
    }
    return best
  }

  /// Losses at a temperature.
  private func points(
    _ kind: Truncation.Kind?, at temperature: Double, _ parameters: [Double], _ indices: [Int]
  ) -> [Point] {
    let losses = losses(indices, temperature, kind.map { [($0, parameters)] } ?? [])
    return kind == nil
      ? [Point(temperature: temperature, loss: losses[0])]
      : zip(parameters, losses.dropFirst()).map {
        Point(temperature: temperature, parameter: $0, loss: $1)
      }
  }

  /// Parameters around one: some thirty.
  private static func near(
    _ parameter: Double, _ kind: Truncation.Kind, reach: Double
  ) -> [Double] {
    let steps = (-15...15).map { Double($0) / 15 * reach }
    switch kind {
    case .topP: return steps.map { min(max(parameter + 0.03 * $0, 1e-4), 0.9999) }
    case .minP: return steps.map { min(parameter * exp(0.3 * $0), 0.9999) }
    case .topK:
      let wide = steps.map { max((parameter * exp(0.3 * $0)).rounded(), 1) }
      let close = (-2...2).map { max(parameter + Double($0), 1) }
      return Set(wide + close).sorted()
    }
  }

  // MARK: How sure

  /// Intervals from one step of Gauss and Newton with Huber's weights, whose sums are ratios over
  /// prompts; of two parameters each after what the other explains is taken out.
  private func parameters(
    _ kind: Truncation.Kind?, isTempered: Bool, at point: Point, left: [Double]
  ) -> [MismatchExplanation.Parameter] {
    let ofT = isTempered || kind == nil ? slopes(kind, point, \.temperature, 0.02) : nil
    let ofParameter = kind.map { slopes($0, point, \.parameter, Self.step($0, point.parameter)) }
    let weights = robustWeights(left)
    var found: [MismatchExplanation.Parameter] = []
    if let ofT {
      found.append(
        parameter("T", point.temperature, neutral: 1, ofT, besides: ofParameter, left, weights))
    }
    if let kind, let ofParameter {
      let (name, neutral) =
        switch kind {
        case .topP: ("p", 1.0)
        case .topK: ("k", Double(profiles.map(\.vocabularySize).max() ?? 0))
        case .minP: ("m", 0.0)
        }
      found.append(
        parameter(name, point.parameter, neutral: neutral, ofParameter, besides: ofT, left, weights)
      )
    }
    return found
  }

  /// A change that moves some tokens across the edge, relative to the parameter.
  private static func step(_ kind: Truncation.Kind, _ parameter: Double) -> Double {
    switch kind {
    case .topP: 0.02 / parameter
    case .topK: max(0.1, 1 / parameter)
    case .minP: 0.2
    }
  }

  /// ∂e/∂θ as a difference over a relative step.
  private func slopes(
    _ kind: Truncation.Kind?, _ point: Point, _ place: WritableKeyPath<Point, Double>,
    _ step: Double
  ) -> [Double] {
    var (low, high) = (point, point)
    low[keyPath: place] = point[keyPath: place] * (1 - step)
    high[keyPath: place] = point[keyPath: place] * (1 + step)
    if kind == .topK, place == \.parameter {
      low.parameter = max(low.parameter.rounded(.down), 1)
      high.parameter = high.parameter.rounded(.up)
    }
    if kind == .topP { high.parameter = min(high.parameter, 1) }
    let span = high[keyPath: place] - low[keyPath: place]
    return zip(changes(kind, high), changes(kind, low)).map { ($0 - $1) / span }
  }

  /// 1/(s² + …), less where what is left is beyond 2.5 robust deviations.
  private func robustWeights(_ left: [Double]) -> [Double] {
    let z = zip(left, weights).map { abs($0 * $1) }
    let bound = 2.5 * 1.4826 * SortedValues.quantile(0.5, of: z.sorted())
    return zip(z, weights).map { z, weight in
      weight * weight * (z > bound && z > 0 ? bound / z : 1)
    }
  }

  private func parameter(
    _ name: String, _ value: Double, neutral: Double, _ slopes: [Double], besides other: [Double]?,
    _ left: [Double], _ weights: [Double]
  ) -> MismatchExplanation.Parameter {
    var own = slopes
    if let other {
      let cross = CompensatedSum.of(own.indices.map { weights[$0] * own[$0] * other[$0] })
      let square = CompensatedSum.of(own.indices.map { weights[$0] * other[$0] * other[$0] })
      if square > 0 { own = own.indices.map { own[$0] - cross / square * other[$0] } }
    }
    let counts = gap.byPrompt { weights[$0] * own[$0] * own[$0] }
    var estimate = Estimate(
      value: value, interval: nil, clusters: gap.promptCount, observations: left.count,
      method: .clusterRobustRatio)
    if counts.contains(where: { $0 > 0 }) {
      let step = Estimate.ratio(
        gap.byPrompt { -weights[$0] * own[$0] * left[$0] }, over: counts,
        observations: left.count)
      estimate = step.mapped { value + $0 }
      estimate.value = value
      estimate.interval = estimate.interval.flatMap {
        Estimate.kept($0, around: value, within: nil)
      }
    }
    return .init(name: name, estimate: estimate, neutral: neutral)
  }
}
