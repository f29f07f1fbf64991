import Foundation
import RunLogs
import TestSupport
import Testing

/// Ctrl-C and SIGTERM while `train` runs.
@Suite(.timeLimit(.minutes(15)))
struct TrainInterruptionTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func `a run that is asked to end leaves a checkpoint of its step and no half files`(
    signal: Int32
  ) throws {
    try TrainPlace.with { run in
      // No checkpoint of its own but the last: without the signal's there would be none.
      let more = ["--set", "checkpoints.every=0", "--set", "steps=60"]
      let process = try run.start(more)
      let journal = run.place.path("run/log.jsonl")
      while process.isRunning, try run.lines(of: journal) < 3 {
        Thread.sleep(forTimeInterval: 0.005)
      }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      if process.terminationReason != .uncaughtSignal {
        // Where whoever runs the tests ignores Ctrl-C, so does the run, and finishes.
        #expect(process.terminationStatus == 0 && signal == SIGINT)
        return
      }
      #expect(process.terminationStatus == signal)
      let steps = try run.lines(of: journal)
      #expect((3..<60).contains(steps))
      let checkpoint = "step-" + String(format: "%06d", steps)
      let names = try FileManager.default.contentsOfDirectory(atPath: run.place.path("run"))
      #expect(
        names.sorted() == [
          ".lock", "config.yaml", "log.h5", "log.jsonl", "rollouts.jsonl", checkpoint,
        ])
      #expect(try run.log().steps == Array(1...steps))
      let resumed = try run.start(more + ["--resume"])
      resumed.waitUntilExit()
      #expect(resumed.terminationStatus == 0)
      try TrainPlace.with { whole in
        let undisturbed = try whole.start(more)
        undisturbed.waitUntilExit()
        let expected = try whole.contents()
        let found = try run.contents().filter { !$0.key.hasPrefix(checkpoint) }
        #expect(found.keys.sorted() == expected.keys.sorted())
        for (name, data) in expected { #expect(found[name] == data, "\(name) differs") }
        #expect(try run.log().rollouts == whole.log().rollouts)
      }
    }
  }

  @Test func `the line says from where the run goes on`() throws {
    try TrainPlace.with { run in
      // The shell waits for the tool, whose signal it reports as 128 + 2.
      let script = """
        "$TOOL" train run.yaml --quiet --set checkpoints.every=0 --set steps=1000 2> error &
        while ! grep -q step run/log.jsonl 2>/dev/null; do sleep 0.01; done
        kill -TERM $!; wait $!; echo $?
        """
      let outcome = try Tool.shell(script, in: run.place.folder)
      #expect(outcome.output == "143\n")
      let error = try String(contentsOfFile: run.place.path("error"), encoding: .utf8)
      let line = /tokenshift: interrupted; --resume goes on from run\/step-0000\d\d\n/
      #expect(error.wholeMatch(of: line) != nil, "\(error)")
    }
  }
}

extension TrainPlace {
  /// Complete lines of a file; 0 if it isn't there.
  fileprivate func lines(of path: String) throws -> Int {
    (FileManager.default.contents(atPath: path) ?? Data()).count { $0 == 0x0A }
  }
}
