import Analysis
import Foundation
import Gating
import Reporting
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// Summaries beside logs: their numbers are the gate's, and an old one is never taken for a new one.
@Suite struct RunSummaryTests {
  private func reader(_ question: RunSummary.Question = .init()) -> SeriesReader {
    SeriesReader(question, files: { [$0] }, open: { .tokens(try TokenLog(path: $0)) })
  }

  private func write(_ log: GateLog, _ name: String, in folder: URL) throws -> String {
    let path = folder.appending(path: name).path
    try log.write(to: path)
    return path
  }

  @Test func `each value is what a gate compares`() throws {
    try withTemporaryFolder { folder in
      let (old, new) = (GateLog.made(seed: 1), GateLog.made(seed: 2))
      let view = try judge(
        [try old.input("a.h5", in: folder)], try new.input("b.h5", in: folder), in: folder)
      var reader = reader()
      let run = try reader.run(folder.appending(path: "b.h5").path)
      #expect(run.summary.passCount == 2)
      for metric in [
        GateMetric.accuracy, .passAtK, .reward, .klToBase, .changedFromBase, .entropy, .heldOutLoss,
        .length, .stoppedRate,
      ] {
        let estimate = try #require(run.summary.estimate(of: metric), "\(metric.rawValue)")
        // Sums of the same numbers in another order: a few last digits.
        try expectClose(
          estimate.value, #require(view.finding(metric)?.candidate), absolute: 1e-12)
        let interval = try #require(estimate.interval)
        #expect(interval.contains(estimate.value) && interval.lowerBound < interval.upperBound)
        #expect(estimate.clusters == 120 && estimate.unit == .prompts)
      }
      #expect(run.summary.gaps.map(\.metric) == [.formatRate])
    }
  }

  @Test func `intervals are over prompts, added up by hand`() throws {
    try withTemporaryFolder { folder in
      let log = GateLog.made(seed: 3, prompts: 40)
      let path = try write(log, "a.h5", in: folder)
      var reader = reader()
      let summary = try reader.run(path).summary
      let prompts = Dictionary(grouping: log.samples, by: \.prompt).values
      let shares = prompts.map { prompt in
        Double(prompt.count { $0.isCorrect == true }) / Double(prompt.count)
      }
      // Student's t on 40 prompts: 2.0227 at 39 degrees of freedom; max(t, Hall) is never narrower.
      let mean = shares.reduce(0, +) / 40
      let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39
      let half = 2.022_69 * (variance / 40).squareRoot()
      let accuracy = try #require(summary.estimate(of: .accuracy))
      #expect(try #require(accuracy.lower) <= mean - half + 1e-5)
      #expect(try #require(accuracy.upper) >= mean + half - 1e-5)
      #expect(try #require(accuracy.upper) - #require(accuracy.lower) < 2.3 * half)
      #expect(accuracy.observations == 80)
      // Of tokens: a delete-one jackknife over prompts, which CR2's is close to where prompts are alike.
      let sums = prompts.map { prompt in
        (
          x: prompt.reduce(0) { $0 + Double($1.tokens) * Double($1.divergence) },
          n: prompt.reduce(0) { $0 + Double($1.tokens) }
        )
      }
      let (x, n) = (sums.reduce(0) { $0 + $1.x }, sums.reduce(0) { $0 + $1.n })
      let left = sums.map { (x - $0.x) / (n - $0.n) }
      let centre = left.reduce(0, +) / 40
      let error = (left.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } * 39 / 40).squareRoot()
      let divergence = try #require(summary.estimate(of: .klToBase))
      expectClose(divergence.value, x / n, absolute: 1e-9)
      // The two differ by terms of 1/40 of themselves.
      try expectClose(
        (#require(divergence.upper) - #require(divergence.lower)) / 2, 2.022_69 * error,
        absolute: 0.05 * 2 * error)
    }
  }

  @Test func `a training log's columns are means without intervals`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "run.h5").path
      let log = TrainingLog(
        steps: [1, 2, 3, 4], columns: [.init(.reward, values: [0.1, .nan, 0.3, 0.5])])
      try log.write(to: path)
      var reader = SeriesReader(
        .init(), files: { [$0] }, open: { .training(path: $0, try TrainingLog(path: $0)) })
      let summary = try reader.run(path).summary
      let reward = try #require(summary.estimate(of: .training("reward")))
      expectClose(reward.value, 0.3, absolute: 1e-12)
      #expect(reward.interval == nil && reward.unit == .seeds && reward.observations == 3)
      #expect(summary.kind == .training && summary.steps == 4 && summary.gaps.isEmpty)
    }
  }

  @Test func `a summary is read in place of its log, until the log changes`() throws {
    try withTemporaryFolder { folder in
      let path = try write(.made(seed: 4, prompts: 20), "a.h5", in: folder)
      var first = reader()
      let made = try first.run(path).summary
      #expect(first.readCount == 1)
      var again = SeriesReader(
        .init(), files: { [$0] }, open: { path in throw Unexpected(path: path) })
      #expect(try again.run(path).summary == made && again.readCount == 0)
      // Another content, of the same size.
      try GateLog.made(seed: 5, prompts: 20).write(to: path)
      #expect(throws: Unexpected.self) { try again.run(path) }
      var second = reader()
      let other = try second.run(path).summary
      #expect(other.evaluation != made.evaluation && second.readCount == 1)
      // Another date alone.
      let date = Date(timeIntervalSince1970: 1_000_000)
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
      var third = reader()
      #expect(try third.run(path).summary.values == other.values && third.readCount == 1)
    }
  }

  private struct Unexpected: Error { let path: String }

  @Test func `what is no summary of this question is made anew`() throws {
    try withTemporaryFolder { folder in
      let path = try write(.made(seed: 6, prompts: 20), "a.h5", in: folder)
      let file = URL(filePath: SummaryFile(of: path).path)
      #expect(file.lastPathComponent == "a.h5.tokenshift.json")
      var reader = reader()
      let made = try reader.run(path).summary
      let text = try String(contentsOf: file, encoding: .utf8)
      for spoiled in [
        "", "{", "[]", String(text.dropLast(20)),
        text.replacing("\"version\" : 1", with: "\"version\" : 2"),
        text.replacing("\"accuracy\"", with: "\"luck\""),
      ] {
        #expect(spoiled != text)
        try Data(spoiled.utf8).write(to: file)
        let count = reader.readCount
        #expect(try reader.run(path).summary == made)
        #expect(reader.readCount == count + 1)
      }
      // Who asks for a model gets that one's; who asks for nothing takes what is there.
      var base = self.reader(.init(model: "base"))
      #expect(try base.run(path).summary.model == "base" && base.readCount == 1)
      let count = reader.readCount
      #expect(try reader.run(path).summary.model == "rl" && reader.readCount == count)
      #expect(try base.run(path).summary.model == "base" && base.readCount == 1)
      var rl = self.reader(.init(model: "rl"))
      #expect(try rl.run(path).summary.model == "rl" && rl.readCount == 1)
      #expect(throws: GateInputError.self) { try reader.run(file.path) }
    }
  }

  @Test func `where none can be left the run is read all the same`() throws {
    try withTemporaryFolder { folder in
      let path = try write(.made(seed: 7, prompts: 20), "a.h5", in: folder)
      try FileManager.default.createDirectory(
        atPath: SummaryFile(of: path).path, withIntermediateDirectories: true)
      var reader = reader()
      #expect(try reader.run(path).summary.values.count == 9)
      #expect(reader.unwritten.count == 1 && reader.unwritten[0].contains("is a folder"))
    }
  }

  @Test func `gates leave their looks, which stay as long as the run's numbers do`() throws {
    try withTemporaryFolder { folder in
      let old = GateLog.made(seed: 8)
      let paths = try [8, 9, 10].map { seed in
        var log = GateLog.made(seed: UInt64(seed), divergence: seed == 10 ? 0.3 : 0.05)
        log.weights = "w-\(seed)"
        return try write(seed == 8 ? old : log, "n\(seed).h5", in: folder)
      }
      func look(at candidate: String, looks: Int) throws {
        var request = GateEvaluation.Request()
        request.stateFile = folder.appending(path: "state.json").path
        let evaluation = try GateEvaluation(
          baselines: [.tokens(try TokenLog(path: paths[0]))],
          candidate: .tokens(try TokenLog(path: candidate)), request)
        #expect(evaluation.writeSummaries(of: try evaluation.report()).isEmpty)
      }
      try look(at: paths[1], looks: 1)
      try look(at: paths[2], looks: 2)
      // The same again is the same look.
      try look(at: paths[2], looks: 2)
      var reader = reader()
      let runs = try paths.map { try reader.run($0).summary }
      #expect(reader.readCount == 0)
      #expect(runs.map(\.looks.count) == [0, 1, 1])
      #expect(runs[2].looks[0].look == 2 && !runs[2].looks[0].passes)
      #expect(runs[2].looks[0].regressed == [.klToBase])
      #expect(runs[1].looks[0].passes && runs[1].looks[0].baselines == [runs[0].evaluation])
      // Touched: the same evaluation.
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 5)], ofItemAtPath: paths[2])
      #expect(try reader.run(paths[2]).summary.looks == runs[2].looks && reader.readCount == 1)
      // New samples: nobody has looked at them.
      try GateLog.made(seed: 11).write(to: paths[2])
      #expect(try reader.run(paths[2]).summary.looks.isEmpty)
    }
  }

  @Test func `two models of one log have a summary each, and keep their looks`() throws {
    try withTemporaryFolder { folder in
      let path = try write(.made(seed: 12), "both.h5", in: folder)
      var request = GateEvaluation.Request()
      request.stateFile = folder.appending(path: "state.json").path
      func look(_ baseline: String, _ candidate: String) throws {
        (request.baselineModel, request.candidateModel) = (baseline, candidate)
        let log = GateInput.tokens(try TokenLog(path: path))
        let evaluation = try GateEvaluation(baselines: [log], candidate: log, request)
        #expect(evaluation.writeSummaries(of: try evaluation.report()).isEmpty)
      }
      func summary(_ model: String?) throws -> RunSummary {
        var reader = SeriesReader(
          .init(model: model), files: { [$0] }, open: { path in throw Unexpected(path: path) })
        return try reader.run(path).summary
      }
      try look("base", "rl")
      #expect(try summary(nil).model == "rl" && summary("rl").looks.count == 1)
      #expect(try summary("base").model == "base" && summary("base").looks.isEmpty)
      let name = SummaryFile(of: path).file(of: "base").path
      #expect(URL(filePath: name).lastPathComponent == "both.h5.base.tokenshift.json")
      // The other way round each keeps what was said of it.
      try look("rl", "base")
      #expect(try summary(nil).model == "base" && summary("base").looks.count == 1)
      #expect(try summary("rl").model == "rl" && summary("rl").looks.count == 1)
      // An author's name is no path.
      let odd = SummaryFile(of: path).file(of: "../a b")
      #expect(URL(filePath: odd.path).deletingLastPathComponent().path == folder.path)
    }
  }

  @Test func `a run's folder has its summary inside, and new files make it old`() throws {
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "run").path
      try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
      let lines = run + "/log.jsonl"
      try Data("{\"step\": 1, \"reward\": 0.5}\n".utf8).write(to: URL(filePath: lines))
      let open: SeriesReader.Opening = { path in
        let column = TrainingLog.Column(.reward, values: [0.5])
        return .training(path: path, TrainingLog(steps: [1], columns: [column]))
      }
      let files: SeriesReader.Listing = { path in
        ["log.h5", "log.jsonl"].map { path + "/" + $0 }
      }
      var reader = SeriesReader(.init(), files: files, open: open)
      _ = try reader.run(run)
      _ = try reader.run(run + "/")
      #expect(reader.readCount == 1)
      #expect(FileManager.default.fileExists(atPath: run + "/.tokenshift.json"))
      try Data("x".utf8).write(to: URL(filePath: run + "/log.h5"))
      _ = try reader.run(run)
      #expect(reader.readCount == 2)
    }
  }
}
