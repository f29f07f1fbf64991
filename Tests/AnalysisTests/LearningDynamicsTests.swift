import Analysis
import Foundation
import RunLogs
import StatisticalInference
import TestSupport
import Testing

@Suite struct LearningDynamicsTests {
  private func dynamics(
    nats: [Double], bytes: [Int], prompts: [String]
  ) -> Estimate {
    let log = DynamicsLog(
      checkpoints: [.init(run: "r", condition: "c", step: 0, path: "p")],
      references: [
        .init(
          name: "base", fileName: "f", digest: "d", prompts: prompts, bytes: bytes, nats: [nats])
      ])
    return LearningDynamics(log).paths[0].points[0].coordinates[0]
  }

  /// Sums by prompt, then the formula.
  ///
  /// Prompts p: 3 nats, 4 bytes; q: 1 nat, 4 bytes. R = 4/8; rests ±1; √(2/1 · 2) / 8 = 1/4; t with
  /// one degree of freedom is 12.706204736174694 (scipy).
  @Test func `two prompts by hand`() {
    let found = dynamics(nats: [1, 2, 1], bytes: [1, 3, 4], prompts: ["p", "p", "q"])
    #expect(found.value == 0.5)
    #expect(abs(found.halfWidth - 12.706_204_736_174_694 / 4) < 1e-9)
  }

  @Test func `one prompt has no interval`() {
    let found = dynamics(nats: [1, 2], bytes: [1, 3], prompts: ["p", "p"])
    #expect(found.value == 0.75 && found.halfWidth.isNaN)
  }

  /// With equal bytes and a text for each prompt the ratio is a mean, and its interval the usual
  /// t · s / √n of nats per byte.
  @Test(arguments: [1, 2, 3])
  func `equal texts give the interval of a mean`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let nats = (0..<20).map { _ in 5 + generator.normal() }
    let found = dynamics(
      nats: nats, bytes: nats.map { _ in 10 }, prompts: nats.indices.map { "p\($0)" })
    let values = nats.map { $0 / 10 }
    let mean = values.reduce(0, +) / 20
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19).squareRoot()
    // 2.093024054408263: scipy, 19 degrees of freedom. Some 20 roundings of numbers below 1.
    #expect(abs(found.value - mean) < 1e-14)
    #expect(abs(found.halfWidth - 2.093_024_054_408_263 * deviation / 20.squareRoot()) < 1e-11)
  }

  @Test func `paths are runs in the log's order, named by their last checkpoint`() {
    let log = DynamicsLog(
      checkpoints: [
        .init(run: "a", condition: "x", step: 0, path: "base"),
        .init(run: "b", condition: "y", step: 0, path: "base"),
        .init(run: "a", condition: "z", objective: "sft", step: 5, path: "a5"),
      ],
      references: [
        .init(
          name: "base", fileName: "f", digest: "d", notMeasuredCount: 2, prompts: ["p", "q", "p"],
          bytes: [1, 2, 3], nats: [[1, 1, 1], [2, 2, 2], [3, 3, 3]])
      ])
    let found = LearningDynamics(log)
    #expect(found.paths.map(\.run) == ["a", "b"])
    #expect(found.paths.map(\.condition) == ["z", "y"])
    #expect(found.paths[0].objective == "sft")
    #expect(found.paths[0].points.map(\.checkpoint.step) == [0, 5])
    #expect(found.paths[0].points.map { $0.coordinates[0].value } == [0.5, 1.5])
    let reference = found.references[0]
    #expect(reference.textCount == 3 && reference.promptCount == 2 && reference.byteCount == 6)
    #expect(reference.notMeasuredCount == 2)
  }
}
