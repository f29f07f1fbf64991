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
  /// The tokens of each prompt.
  private let byPrompt: [[Int]]
  /// Which tokens the table is made from.
  private let few: [Int]
  /// Best of the table: by kind (nil for none), at T = 1 and at any.
  private var starts: [Truncation.Kind?: (plain: Point, tempered: Point)] = [:]

  struct Point {
    var temperature = 1.0
    var parameter = 0.0
    var loss = Double.infinity
    var order = TruncationOrder.temperatureFirst

    /// That of the distribution of which the truncation keeps a part.
    var truncatedTemperature: Double { order == .temperatureFirst ? temperature : 1 }
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
    byPrompt = Dictionary(grouping: known.rows.indices) { known.prompts[$0] }
      .sorted { $0.key < $1.key }.map(\.value)
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
    var point = refined(kind, isTempered: isTempered, from: [start])
    var other: Point?
    if isTempered, kind == .topP {
      let reversed = truncatingFirst(near: start)
      (point, other) = reversed.loss < point.loss ? (reversed, point) : (point, reversed)
      if let found = other, isWorse(found, than: point) { other = nil }
    }
    let found = changes(kind, point)
    let left = zip(gap.values, found).map { $0 + $1 }
    var effects: [Int: Double] = [:]
    for (row, change) in zip(gap.rows, found) { effects[row] = change }
    let excluded = kind.map { kind in
      profiles.count {
        !$0.tempered(point.truncatedTemperature).keeps(kind.rule(point.parameter))
      }
    }
    var explanation = MismatchExplanation(
      kind.map { .truncation($0, isTempered: isTempered) } ?? .temperature,
      parameters: parameters(kind, isTempered: isTempered, at: point, left: left),
      effects: whole.rows.map { effects[$0] ?? .nan },
      excludedShare: Double(excluded ?? 0) / Double(max(profiles.count, 1)), of: whole)
    switch kind {
    case .topP where isTempered:
      explanation.order = other == nil ? point.order : nil
      explanation.otherOrder = other.map {
        .init(order: $0.order, temperature: $0.temperature, parameter: $0.parameter)
      }
    case .minP where isTempered:
      // p_T ≥ m max p_T is p ≥ m^T max p: the same tokens.
      explanation.otherOrder = .init(
        order: .truncationFirst, temperature: point.temperature,
        parameter: pow(point.parameter, point.temperature))
    default: break  // the k most likely tokens are the same at every temperature
    }
    return explanation
  }

  /// The best top-p before the temperature: T is near that of the other order, p may be anywhere.
  private func truncatingFirst(near start: Point) -> Point {
    let parameters = Self.grid(.topP, vocabularySize: 1)
    let starts = (-3...3).map { step in
      let temperature = start.temperature * exp(Self.ratioStep * Double(step) / 1.5)
      return Self.least(
        of: points(.topP, at: temperature, parameters, few, order: .truncationFirst))
    }
    return refined(
      .topP, isTempered: true, from: Array(starts.sorted { $0.loss < $1.loss }.prefix(3)))
  }

  /// Whether one top-p leaves more than another, prompt by prompt, beyond chance.
  private func isWorse(_ point: Point, than best: Point) -> Bool {
    guard byPrompt.count > 1 else { return false }
    func sums(_ point: Point) -> [Double] {
      distances(.topP, point.temperature, [point.parameter], point.order)[0]
    }
    return Estimate.mean(ofPrompts: zip(sums(point), sums(best)).map { $0 - $1 }).lower ?? 0 > 0
  }

  private func changes(_ kind: Truncation.Kind?, _ point: Point) -> [Double] {
    DistributionProfile.changes(
      of: profiles, temperature: point.temperature, rule: kind?.rule(point.parameter),
      order: point.order)
  }

  private func refined(
    _ kind: Truncation.Kind?, isTempered: Bool, from first: [Point]
  ) -> Point {
    var starts = first
    var (width, reach) = (isTempered || kind == nil ? Self.ratioStep : 0, 1.0)
    let all = Array(profiles.indices)
    for round in 0..<8 {
      let indices = round < 3 ? few : all
      // Of each temperature the best: along a valley of both there may be several least ones.
      var best: [Point] = []
      for start in starts {
        let temperatures =
          width > 0 ? (-3...3).map { start.temperature * exp(width * Double($0) / 3) } : [1]
        let parameters = kind.map { Self.near(start.parameter, $0, reach: reach) } ?? []
        best += temperatures.map { temperature in
          Self.least(
            of: self.points(kind, at: temperature, parameters, indices, order: start.order))
        }
      }
      best.sort { $0.loss < $1.loss }
      starts = Array(best.prefix(round < 4 && kind != nil && width > 0 ? 3 : 1))
      width /= 2.5
      // Slower than T: along the valley the parameter has a long way to go.
      reach /= 1.7
    }
    return starts[0]
  }

  /// Between neighbouring sums of probabilities nothing changes: the middle of those that do equally.
  private static func least(of points: [Point]) -> Point {
    let least = points.map(\.loss).min() ?? .infinity
    let equal = points.filter { $0.loss <= least * (1 + 1e-9) + 1e-12 }
    return equal[equal.count / 2]
  }

  /// Losses at a temperature.
  private func points(
    _ kind: Truncation.Kind?, at temperature: Double, _ parameters: [Double], _ indices: [Int],
    order: TruncationOrder
  ) -> [Point] {
    guard let kind else {
      return [Point(temperature: temperature, loss: losses(indices, temperature, [])[0])]
    }
    return zip(parameters, losses(indices, temperature, kind, parameters, order)).map {
      Point(temperature: temperature, parameter: $0, loss: $1, order: order)
    }
  }

  /// Σ w |Δ + e| for each parameter of one kind.
  private func losses(
    _ indices: [Int], _ temperature: Double, _ kind: Truncation.Kind, _ parameters: [Double],
    _ order: TruncationOrder
  ) -> [Double] {
    switch order {
    case .temperatureFirst:
      Array(losses(indices, temperature, [(kind, parameters)]).dropFirst())
    case .truncationFirst:
      DistributionProfile.distancesTruncatingFirst(
        of: indices.map { profiles[$0] }, gaps: indices.map { gap.values[$0] },
        weights: indices.map { weights[$0] }, temperature: temperature, kind: kind,
        parameters: parameters)
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

  /// T by one step of Gauss and Newton with Huber's weights, whose sums are ratios over prompts; the
  /// truncation's by what other values leave.
  private func parameters(
    _ kind: Truncation.Kind?, isTempered: Bool, at point: Point, left: [Double]
  ) -> [MismatchExplanation.Parameter] {
    var found: [MismatchExplanation.Parameter] = []
    if isTempered || kind == nil { found.append(temperature(kind, at: point, left: left)) }
    guard let kind else { return found }
    let (name, neutral) =
      switch kind {
      case .topP: ("p", 1.0)
      case .topK: ("k", Double(profiles.map(\.vocabularySize).max() ?? 0))
      case .minP: ("m", 0.0)
      }
    let estimate = Estimate(
      value: point.parameter, interval: interval(kind, isTempered: isTempered, at: point),
      clusters: gap.promptCount, observations: left.count, method: .maxOfTAndHall)
    return found + [.init(name: name, estimate: estimate, neutral: neutral)]
  }

  /// Parameters whose distances, prompt by prompt, aren't larger than the best one's beyond chance.
  ///
  /// Up to the first on either side whose are; T follows each.
  private func interval(
    _ kind: Truncation.Kind, isTempered: Bool, at best: Point
  ) -> ClosedRange<Double>? {
    guard byPrompt.count > 1 else { return nil }
    let own = distances(kind, best.temperature, [best.parameter], best.order)[0]
    var bounds = (low: best.parameter, high: best.parameter)
    let parameters = Self.near(best.parameter, kind, reach: 1)
    let temperatures =
      isTempered ? (-2...2).map { best.temperature * exp(0.01 * Double($0)) } : [1]
    // Of each parameter the temperature at which it leaves least.
    var least = parameters.map { _ in (sum: Double.infinity, prompts: own) }
    for temperature in temperatures {
      for (place, prompts) in distances(
        kind, temperature, parameters, best.order
      ).enumerated() {
        let sum = prompts.reduce(0, +)
        if sum < least[place].sum { least[place] = (sum, prompts) }
      }
    }
    func isWorse(_ place: Int) -> Bool {
      let more = zip(least[place].prompts, own).map { $0 - $1 }
      return Estimate.mean(ofPrompts: more).lower ?? 0 > 0
    }
    for place in parameters.indices.reversed() where parameters[place] < best.parameter {
      bounds.low = parameters[place]
      if isWorse(place) { break }
    }
    for place in parameters.indices where parameters[place] > best.parameter {
      bounds.high = parameters[place]
      if isWorse(place) { break }
    }
    return bounds.low...bounds.high
  }

  /// Distances of each parameter in each prompt.
  private func distances(
    _ kind: Truncation.Kind, _ temperature: Double, _ parameters: [Double],
    _ order: TruncationOrder
  ) -> [[Double]] {
    let sums = byPrompt.map { losses($0, temperature, kind, parameters, order) }
    return parameters.indices.map { place in sums.map { $0[place] } }
  }

  private func temperature(
    _ kind: Truncation.Kind?, at point: Point, left: [Double]
  ) -> MismatchExplanation.Parameter {
    let weights = robustWeights(left)
    let slopes = temperatureSlopes(kind, point)
    let counts = gap.byPrompt { weights[$0] * slopes[$0] * slopes[$0] }
    var estimate = Estimate(
      value: point.temperature, interval: nil, clusters: gap.promptCount,
      observations: left.count, method: .clusterRobustRatio)
    if counts.contains(where: { $0 > 0 }) {
      let step = Estimate.ratio(
        gap.byPrompt { -weights[$0] * slopes[$0] * left[$0] }, over: counts,
        observations: left.count)
      estimate = step.mapped { point.temperature + $0 }
      estimate.value = point.temperature
      estimate.interval = estimate.interval.flatMap {
        Estimate.kept($0, around: point.temperature, within: nil)
      }
    }
    return .init(name: "T", estimate: estimate, neutral: 1)
  }

  /// ∂e/∂T with the tokens that are kept held fixed: where one more or less is kept there is a jump, and
  /// no slope.
  private func temperatureSlopes(_ kind: Truncation.Kind?, _ point: Point) -> [Double] {
    let step = 0.005 * point.temperature
    return profiles.map { profile in
      let kept = kind.map {
        Truncation.topK(
          profile.tempered(point.truncatedTemperature).keptCount($0.rule(point.parameter)))
      }
      func change(_ temperature: Double) -> Double {
        DistributionProfile.changes(of: [profile], temperature: temperature, rule: kept)[0]
      }
      return (change(point.temperature + step) - change(point.temperature - step)) / (2 * step)
    }
  }

  /// w², less where what is left is beyond 2.5 robust deviations.
  private func robustWeights(_ left: [Double]) -> [Double] {
    let z = zip(left, weights).map { abs($0 * $1) }
    let bound = 2.5 * 1.4826 * SortedValues.quantile(0.5, of: z.sorted())
    return zip(z, weights).map { z, weight in
      weight * weight * (z > bound && z > 0 ? bound / z : 1)
    }
  }
}
