import Foundation
import RunLogs
import TestSupport
import Testing

/// `train` on full, small and read-only disks: one line, the last good checkpoint kept and named.
@Suite(.timeLimit(.minutes(15)))
struct TrainFailureTests {
  /// Blocks of 512 bytes: too few for the weights (3.7 MB), enough for these but not for the state
  /// (11 MB).
  @Test(arguments: [100, 10_000])
  func `a file beyond the allowed size leaves no half checkpoint, and more room resumes`(
    blocks: Int
  ) throws {
    try TrainPlace.with { run in
      let outcome = try Tool.shell(
        "ulimit -f \(blocks); exec \"$TOOL\" train run.yaml --quiet", in: run.place.folder)
      expectRefusal(
        outcome, status: 3,
        [
          "run/step-000001.partial/", "File too large; raise the allowed file size",
          "training stopped at step 1", "no checkpoint yet",
        ])
      let files = try run.contents().keys.sorted()
      #expect(files == [".lock", "config.yaml", "log.jsonl", "rollouts.jsonl"])
      let again = try run.place.run(["train", "run.yaml", "--quiet", "--resume"])
      #expect(again.status == 0, "\(again.error)")
      #expect(try run.log().steps == Array(1...TrainPlace.steps))
    }
  }

  @Test func `an output that is a file or below one is refused`() throws {
    try TrainPlace.with { run in
      try run.place.write("", to: "file")
      for output in ["file", "file/run"] {
        let outcome = try run.place.run(["train", "run.yaml", "--set", "output=\(output)"])
        expectRefusal(outcome, ["file", "the folder cannot be made"])
      }
    }
  }

  #if os(Linux)
    /// Room for one checkpoint of 15 MB beside the log and not for two.
    @Test(.enabled(if: canMountDisks, "needs the right to mount a small disk: root"))
    func `a full disk keeps and names the last good checkpoint`() throws {
      try TrainPlace.with { run in
        let script = """
          mkdir run
          unshare -m sh -c 'mount -t tmpfs -o size=24m tmpfs run
          "$TOOL" train run.yaml --quiet > output 2> error; echo $? > status; find run > files
          mount -o remount,size=200m run
          "$TOOL" train run.yaml --quiet --resume > output2 2>&1; echo $? > status2
          cp -r run whole'
          """
        _ = try Tool.shell(script, in: run.place.folder)
        func contents(_ name: String) throws -> String {
          try String(contentsOfFile: run.place.path(name), encoding: .utf8)
        }
        let outcome = Tool.Outcome(
          status: Int32(try contents("status").dropLast()) ?? -1, output: try contents("output"),
          error: try contents("error"))
        expectRefusal(
          outcome, status: 3,
          [
            "run/step-000002.partial/",
            "No space left on device; free space or choose another disk",
            "training stopped at step 2; --resume goes on from run/step-000001",
          ])
        let files = try contents("files")
        #expect(!files.contains("partial") && files.contains("run/step-000001/model.safetensors"))
        // With more room the run ends as one that never lacked it.
        let second = try contents("output2")
        #expect(try contents("status2") == "0\n", "\(second)")
        try TrainPlace.with { other in
          let undisturbed = try other.start()
          undisturbed.waitUntilExit()
          #expect(try run.contents(of: "whole") == other.contents())
        }
      }
    }

    @Test(.enabled(if: canMountDisks, "needs the right to mount a small disk: root"))
    func `a disk that is only for reading is named`() throws {
      try TrainPlace.with { run in
        let script = """
          mkdir disk
          unshare -m sh -c 'mount -t tmpfs -o ro tmpfs disk
          "$TOOL" train run.yaml --set output=disk/run > output 2> error; echo $? > status'
          """
        _ = try Tool.shell(script, in: run.place.folder)
        let error = try String(contentsOfFile: run.place.path("error"), encoding: .utf8)
        expectRefusal(
          Tool.Outcome(
            status: try String(contentsOfFile: run.place.path("status"), encoding: .utf8) == "2\n"
              ? 2 : -1, output: "", error: error),
          ["disk/run: the folder cannot be made: Read-only file system", "choose another folder"])
      }
    }
  #endif
}
