import Foundation
import Plotting
import Reporting
import Study
import Testing

/// The figure of methods by the size of their base.
@Suite struct SizesFigureTests {
  private static let seeds: [UInt64] = [1, 2, 3]
  private static let variants = [
    "base-1M": "base", "sft-1M": "sft", "rl-1M": "rl", "base-4M": "base", "sft-4M": "sft",
    "rl-4M": "rl", "rl-masked": "rl", "rl-masked-1M": "rl",
  ]

  /// Distance from base by formula: reinforcement's halves with each size, imitation's doubles.
  private static func distance(_ method: String, _ size: Int, _ seed: UInt64) -> Double {
    let scale = method == "sft" ? pow(2, Double(size)) : pow(0.5, Double(size))
    return (method == "sft" ? 3 : 0.2) * scale * (1 + 0.1 * Double(seed) * Double(size + 1))
  }

  private static func runs(parameters: [Double] = [3e5, 1.1e6, 4e6]) -> [StudyRun] {
    seeds.flatMap { seed in
      ["", "-1M", "-4M"].enumerated().flatMap { size, suffix in
        (["base", "sft", "rl"] + (size < 2 ? ["rl-masked"] : [])).map { method in
          var run = StudyRun(name: method + suffix, seed: seed)
          run[.parameters] = parameters[size]
          run[.accuracy] = 0.2 + 0.1 * Double(size) + 0.01 * Double(seed)
          guard method != "base" else { return run }
          (run.parent, run.base) = ("base" + suffix, "base" + suffix)
          run[.klRunBase] = distance(method, size, seed)
          return run
        }
      }
    }
  }

  private static func figure(_ runs: [StudyRun]) -> Figure? {
    MeasureFigures(StudySummary(runs: runs), variants: variants).entries
      .first { $0.name == "sizes" }?.figure
  }

  /// Means of a method in a panel.
  private static func marks(_ method: String, in panel: Panel) -> (x: [Double], y: [Double])? {
    panel.series.compactMap { series -> (x: [Double], y: [Double])? in
      guard series.name == method, case .points(let x, let y) = series.marks else { return nil }
      return (x, y)
    }.first
  }

  @Test func `methods are lines over sizes, and the distance is compared with reinforcement's`()
    throws
  {
    let figure = try #require(Self.figure(Self.runs()))
    let panels = figure.panels
    #expect(panels.count == 3)
    #expect(Set(panels[0].series.compactMap(\.name)) == ["base", "sft", "rl"])
    #expect(Set(panels[1].series.compactMap(\.name)) == ["sft", "rl"])
    #expect(Set(panels[2].series.compactMap(\.name)) == ["sft"])
    #expect(panels.allSatisfy { Self.marks("sft", in: $0)?.y.count == 3 })
    let accuracy = try #require(Self.marks("rl", in: panels[0]))
    for (value, expected) in zip(accuracy.y, [0.22, 0.32, 0.42]) {
      #expect(abs(value - expected) < 1e-12)
    }
    let ratio = try #require(Self.marks("sft", in: panels[2]))
    for (size, value) in ratio.y.enumerated() {
      let ratios = Self.seeds.map {
        Self.distance("sft", size, $0) / Self.distance("rl", size, $0)
      }
      let mean = pow(ratios.reduce(1, *), 1 / Double(ratios.count))
      #expect(abs(value / mean - 1) < 1e-12)
    }
    // Beside each other, not away from their size.
    #expect(zip(ratio.x, [3e5, 1.1e6, 4e6]).allSatisfy { (0.8...1.25).contains($0 / $1) })
    #expect(figure.caption.contains("bases of 3 sizes") && figure.caption.contains("3 seeds"))
    _ = try FigureScript(figure, name: "sizes")
  }

  @Test func `one size has no figure, nor have measures without a number of weights`() {
    #expect(Self.figure(Self.runs(parameters: [1e6, 1e6, 1e6])) == nil)
    #expect(Self.figure(Self.runs(parameters: [.nan, .nan, .nan])) == nil)
  }

  @Test func `what a run didn't measure is left out`() throws {
    // A run that didn't move has no ratio; without reinforcement there is nothing to compare with.
    var still = Self.runs()
    for index in still.indices where still[index].name == "sft-4M" { still[index][.klRunBase] = 0 }
    let panels = try #require(Self.figure(still)).panels
    #expect(try #require(Self.marks("sft", in: panels[2])).y.count == 2)
    let alone = Self.runs().filter { !$0.name.hasPrefix("rl") }
    let figure = try #require(Self.figure(alone))
    #expect(figure.panels.count == 2 && !figure.caption.contains("(c)"))
    _ = try FigureScript(figure, name: "sizes")
  }
}
