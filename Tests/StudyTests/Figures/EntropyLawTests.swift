import Foundation
import Plotting
import Reporting
import Study
import TestSupport
import Testing

/// The law of reward by entropy against scipy, and where it says nothing.
@Suite struct EntropyLawTests {
  private struct Fixture: Decodable {
    struct Forecast: Decodable {
      let fitted: Int
      let actual, predicted, ceiling, lastSeen: Double
    }
    struct Case: Decodable {
      let entropy, reward: [Double]
      let a, b, error: Double
      let forecast: Forecast?
    }
    let cases: [Case]
  }

  /// Sums of some hundred numbers of size 1, divided by a spread of some hundredths: both sides err by a few
  /// 1e-13; where points lie on the law, the error of `a` is rounding alone.
  @Test func `fit and forecast are scipy's`() throws {
    let data = try Data(contentsOf: URL(filePath: Places.fixture("figures/entropy-law.json")))
    let cases = try JSONDecoder().decode(Fixture.self, from: data).cases
    #expect(cases.count == 5 && cases.count { $0.forecast != nil } == 4)
    for fixture in cases {
      let law = try #require(EntropyLaw(entropies: fixture.entropy, rewards: fixture.reward))
      expectClose(law.a, fixture.a, relative: 1e-10)
      expectClose(law.b, fixture.b, relative: 1e-10)
      expectClose(law.error, fixture.error, absolute: 1e-6, relative: 1e-9)
      let forecast = EntropyForecast(entropies: fixture.entropy, rewards: fixture.reward)
      guard let expected = fixture.forecast else {
        #expect(forecast == nil)
        continue
      }
      #expect(forecast?.fitted == expected.fitted)
      expectClose(forecast?.actual ?? .nan, expected.actual, relative: 1e-12)
      expectClose(forecast?.lastSeen ?? .nan, expected.lastSeen, relative: 1e-12)
      expectClose(forecast?.predicted ?? .nan, expected.predicted, relative: 1e-10)
      expectClose(forecast?.ceiling ?? .nan, expected.ceiling, relative: 1e-10)
    }
  }

  @Test func `an entropy that doesn't vary says nothing`() {
    let rewards = (0..<40).map { Double($0 % 7) / 7 }
    #expect(EntropyLaw(entropies: [Double](repeating: 0.3, count: 40), rewards: rewards) == nil)
    #expect(
      EntropyForecast(entropies: [Double](repeating: 0.3, count: 40), rewards: rewards) == nil)
    #expect(EntropyLaw(entropies: [0.1, 0.2], rewards: [1, 0]) == nil)
    #expect(EntropyLaw(entropies: [.nan, .nan, 0.2], rewards: [1, 0, 1]) == nil)
  }

  @Test func `runs of too few steps have no forecast, and gaps don't count`() {
    let entropies = (0..<31).map { 0.4 - 0.01 * Double($0) }
    let rewards = entropies.map { 2 - exp($0) }
    #expect(EntropyForecast(entropies: Array(entropies.prefix(29)), rewards: rewards) == nil)
    var gappy = entropies
    gappy.insert(.nan, at: 3)
    var padded = rewards
    padded.insert(0.5, at: 3)
    let whole = EntropyForecast(entropies: entropies, rewards: rewards)
    #expect(whole != nil && EntropyForecast(entropies: gappy, rewards: padded) == whole)
    // On the law itself nothing is left to err by.
    expectClose((whole?.predicted ?? 9) - (whole?.actual ?? 0), 0, absolute: 1e-12)
    #expect(whole?.law.isSloped == true)
  }

  @Test func `the caption has the errors over seeds`() throws {
    let curves = MadeUpStudy.curves()
    let entry = try #require(try curves.entries().first { $0.name == "reward-entropy" })
    // Rewards follow the law exactly, at every seed: only what was last seen errs.
    #expect(entry.figure.caption.contains("rl (3 seeds)"))
    #expect(entry.figure.caption.contains("0 of 15 fits"))
    let points = entry.figure.panels[1].series.first { $0.name == "rl" }?.marks
    guard case .points(let x, let y) = try #require(points) else {
      Issue.record("no points")
      return
    }
    #expect(x.count == 3)
    for (actual, predicted) in zip(x, y) { expectClose(predicted, actual, absolute: 1e-9) }
  }
}
