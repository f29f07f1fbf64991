import Analysis
import Foundation
import JSON
import Scoring
import StatisticalInference
import TestSupport
import Testing
import TokenStatistics

/// Planted causes on the demo's checkpoints: responses that a sampler wrote, scored by a trainer in
/// bfloat16 or 32 bits.
@Suite struct MismatchCheckpointTests {
  private static func folder(_ name: String) -> String {
    Places.data.appending(path: "demo/\(name)").path
  }

  /// Ids of the first prompts.
  private static func prompts(_ count: Int) throws -> [[Int32]] {
    let path = Places.data.appending(path: "demo/responses.jsonl")
    var (found, seen) = ([[Int32]](), Set<String>())
    for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
    where found.count < count {
      let value = try JSONValue(parsing: Array(line.utf8))
      guard let id = value["prompt_id"]?.stringValue, seen.insert(id).inserted else { continue }
      found.append(
        (value["prompt_ids"]?.arrayValue ?? []).compactMap { $0.integerValue }.map { Int32($0) })
    }
    return found
  }

  private static func found(
    _ cause: PlantedGap.Cause, sampler: String = "base", trainer: String = "base",
    compute: ComputeChoice = .f32, beginning: Int32? = nil, others: [String] = [],
    seed: UInt64
  ) throws -> Mismatch {
    let gap = try SampledGap(
      cause, sampler: folder(sampler), trainer: folder(trainer), compute: compute,
      beginning: beginning, others: others.map(folder), prompts: prompts(40), length: 20,
      seed: seed)
    return try #require(Mismatch(gap.tokens))
  }

  @Test func `the same in 32 bits has no gap, and in bfloat16 one of rounding`() throws {
    let exact = try Self.found(.init(), seed: 1)
    #expect(exact.verdict == .rounding && exact.gap.logitError < 1e-3, "\(exact.sentence)")
    let rounded = try Self.found(.init(), compute: .bf16, seed: 1)
    #expect(rounded.verdict == .rounding && rounded.gap.logitError > 1e-3, "\(rounded.sentence)")
    #expect(rounded.rounding.basis == .replicate)
  }

  @Test(arguments: [
    (0.7, Truncation.topP(0.8)), (1, .topK(20)), (1, .minP(0.05)), (0.7, nil),
  ])
  func `temperature and truncation are named in bfloat16`(
    temperature: Double, rule: Truncation?
  ) throws {
    let found = try Self.found(
      .init(temperature: temperature, rule: rule), compute: .bf16, seed: 2)
    #expect(found.verdict == .explained && found.causes.count == 1, "\(found.sentence)")
    let cause = try #require(found.causes.first, "\(found.sentence)")
    let kind = rule.map {
      MismatchExplanation.Kind.truncation($0.kind, isTempered: temperature != 1)
    }
    #expect(cause.kind == kind ?? .temperature, "\(found.sentence)")
    for parameter in cause.parameters {
      let expected = parameter.name == "T" ? temperature : rule?.parameter ?? 0
      let tolerance = parameter.name == "T" ? 0.01 : parameter.name == "k" ? 0.01 : 0.02
      expectClose(parameter.estimate.value, expected, absolute: tolerance, found.sentence)
    }
  }

  @Test(arguments: [ComputeChoice.f32, .bf16])
  func `a second beginning and a stale checkpoint are named`(compute: ComputeChoice) throws {
    let beginning = try Self.found(.init(), compute: compute, beginning: 1_021, seed: 3)
    #expect(beginning.causes.map(\.kind) == [.beginning(.added)], "\(beginning.sentence)")
    #expect(beginning.verdict == .explained)
    let stale = try Self.found(
      .init(), trainer: "rl", compute: compute, others: ["sft", "base"], seed: 4)
    #expect(stale.causes.map(\.kind) == [.checkpoint("base")], "\(stale.sentence)")
    #expect(stale.verdict == .explained)
    // Without that checkpoint nothing else is taken for it.
    let unknown = try Self.found(.init(), trainer: "rl", compute: compute, others: ["sft"], seed: 4)
    #expect(unknown.verdict == .unexplained, "\(unknown.sentence)")
  }
}
