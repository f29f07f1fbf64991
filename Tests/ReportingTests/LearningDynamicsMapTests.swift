import Analysis
import Foundation
import Plotting
import Reporting
import RunLogs
import TestSupport
import Testing

@Suite struct LearningDynamicsMapTests {
  /// Two seeds of SFT and one run of RL, with that many references.
  private func dynamics(references count: Int, checkpoints: Int = 4) -> LearningDynamics {
    let runs = [("sft-1", "sft"), ("sft-2", "sft"), ("rl", "grpo")]
    let members = runs.flatMap { run, objective in
      (0..<checkpoints).map { index in
        DynamicsLog.CheckpointRecord(
          run: run, condition: objective, objective: objective, step: index * 50,
          path: "\(run)/\(index)")
      }
    }
    let names = ["base", "sft", "rl", "other"].prefix(count)
    return LearningDynamics(
      DynamicsLog(
        checkpoints: members,
        references: names.enumerated().map { axis, name in
          .init(
            name: name, fileName: "f", digest: "d", prompts: ["p", "q"], bytes: [10, 20],
            nats: members.indices.map { index in
              let (run, step) = index.quotientAndRemainder(dividingBy: checkpoints)
              let way = Double(step) * (axis == 1 ? -0.3 : 0.2) * Double(3 - run)
              return [11 + way, 19 + 2 * way + Double(axis)]
            })
        }))
  }

  @Test(arguments: [1, 2, 3])
  func `scripts and data are as recorded`(references: Int) throws {
    let figure = try LearningDynamicsMap.figure(dynamics(references: references))
    let name = "dynamics-\(references)"
    let text = try FigureScript(figure, name: name)
    try expectGolden(text.script, "plotting/\(name).gp")
    if references == 3 { try expectGolden(text.data, "plotting/\(name).tsv") }
  }

  @Test(arguments: [1, 2, 3], [1, 2, 30])
  func `gnuplot draws any number of checkpoints`(references: Int, checkpoints: Int) throws {
    try withTemporaryFolder { folder in
      let map = dynamics(references: references, checkpoints: checkpoints)
      let files = try LearningDynamicsMap.figure(map).write(named: "map", to: folder)
      #expect(try Data(contentsOf: files.pdf).starts(with: Data("%PDF".utf8)))
    }
  }

  @Test func `a plane has the coordinates, its first and last points, one name for each condition`()
    throws
  {
    let figure = try LearningDynamicsMap.figure(dynamics(references: 2))
    let series = try #require(figure.panels.first).series
    #expect(Set(series.compactMap(\.name)) == ["sft", "grpo", "first", "last"])
    guard case .line(let x, let y) = series[0].marks else {
      Issue.record("no line")
      return
    }
    // (11 + 19)/30 and (11 + 19 + 1)/30 at the start, then 3 · 0.2 · 3 and −3 · 0.3 · 3 more of 30.
    #expect(x[0] == 1 && y[0] == 31.0 / 30)
    #expect(abs(x[3] - (30 + 3 * 1.8) / 30) < 1e-12 && abs(y[3] - (31 - 3 * 2.7) / 30) < 1e-12)
    let last = try #require(series.first { $0.name == "last" })
    guard case .points(let lastX, _) = last.marks else {
      Issue.record("no points")
      return
    }
    #expect(lastX.count == 3 && lastX[0] == x[3])
    for words in ["nats per byte of UTF-8", "circle: its first", "base: 2 texts of 2 prompts"] {
      #expect(figure.caption.contains(words), "\(words)")
    }
  }

  @Test func `four references are too many`() {
    #expect(
      throws: FigureError.tooMany(
        figure: "learning dynamics", what: "references", most: 3, found: 4)
    ) { try LearningDynamicsMap.figure(dynamics(references: 4)) }
  }

  @Test func `the table has a line for each checkpoint and no stray tabs`() {
    let table = dynamics(references: 2, checkpoints: 2).table
    let lines = table.split(separator: "\n")
    #expect(
      lines[0]
        == "run\tcondition\tstep\tcheckpoint\tbase (nats/byte)\tbase ±\tsft (nats/byte)\tsft ±")
    #expect(lines.count == 7)
    #expect(lines[1].hasPrefix("sft-1\tsft\t0\tsft-1/0\t1\t"))
    #expect(lines.allSatisfy { $0.split(separator: "\t").count == 8 })
  }
}
