import Analysis
import Foundation
import RunLogs
import Study
import TestSupport
import Testing

/// Logs that are still being written: whatever is there of them can be diagnosed.
@Suite struct GrowingLogTests {
  private static func line(_ step: Int, _ generator: inout SeededGenerator) -> String {
    let reward = step < 40 ? 0.6 + 0.02 * generator.normal() : 0.05
    let entropy = step % 7 == 0 ? "null" : "\(1.5 + 0.1 * generator.uniform())"
    return
      #"{"step":\#(step),"loss":\#(generator.normal()),"reward":\#(reward),"rollout_entropy":\#(entropy)}"#
      + "\n"
  }

  @Test(arguments: [UInt64.random(in: 0..<1_000_000)])
  func `a copy that is cut anywhere is the log of its whole lines`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let text = (1...80).map { Self.line($0, &generator) }.joined()
    let bytes = Array(text.utf8)
    // Every place of the first and last lines, and some between.
    let cuts =
      Array(0...300) + (0..<100).map { _ in Int(generator.next() % UInt64(bytes.count)) }
      + Array(bytes.count - 150...bytes.count)
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "run")
      try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
      let file = run.appending(path: "log.jsonl")
      var thresholds = ChangeThresholds()
      var known: [Int: TrainingDiagnosis] = [:]
      for cut in cuts {
        let part = bytes.prefix(cut)
        let lines = part.count { $0 == 0x0A }
        try Data(part).write(to: file)
        for path in [run.path, file.path] {
          guard case .training(let found) = try LogSource(path: path, label: nil) else {
            Issue.record("\(path) is no training log, seed \(seed), cut \(cut)")
            continue
          }
          #expect(found.log.steps == Array(1..<lines + 1), "seed \(seed), cut \(cut)")
          if known[lines] == nil {
            known[lines] = TrainingDiagnosis(of: found.log, thresholds: &thresholds)
          }
        }
      }
      // The fall at step 40 is seen once its two blocks are there, and not before.
      let fell = known.filter { $0.value.findings.contains { $0.detector == .rewardDrop } }.keys
      #expect(fell.min().map { $0 > 40 } ?? false, "seed \(seed)")
      #expect(fell.contains(80), "seed \(seed)")
    }
  }

  @Test func `lines win over an older log.h5, and a draft of it is nobody's`() throws {
    try withTemporaryFolder { folder in
      var generator = SeededGenerator(seed: 1)
      let lines = (1...6).map { Self.line($0, &generator) }
      try TrainingLog(steps: [1, 2], columns: [.init(.reward, values: [1, 2])])
        .write(to: folder.appending(path: "log.h5").path)
      try Data("half".utf8).write(to: folder.appending(path: "log.h5.partial"))
      let file = folder.appending(path: "log.jsonl")
      for count in [1, 2, 3, 6] {
        try Data((lines.prefix(count).joined() + "{\"step\":").utf8).write(to: file)
        guard case .training(let run) = try LogSource(path: folder.path, label: nil) else {
          Issue.record("no training log")
          return
        }
        #expect(run.log.steps.count == max(count, 2))
      }
    }
  }
}
