import Foundation
import RunLogs
import TestSupport
import Testing

/// Full disks, closed outputs and signals: the file under its final name is whole, or what it was,
/// and what was finished is kept in the journal for `--resume`.
@Suite(.timeLimit(.minutes(15)))
struct MachineFailureTests {
  /// 200 texts of the demo: a journal of about a megabyte.
  private static func texts() throws -> String {
    try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
      .split(separator: "\n").prefix(200).joined(separator: "\n")
  }

  /// Batches of 512 tokens: 20 blocks, of some 60 kB each in the journal.
  private static let score =
    "score --model 'a=\(Workplace.demo("base"))' --texts texts.jsonl --batch-tokens 512 --output"

  // MARK: No space

  /// Blocks of 512 bytes: too few for the header, enough for some of the texts.
  @Test(arguments: [8, 300])
  func `a log beyond the allowed file size keeps the old file`(blocks: Int) throws {
    try Workplace.with(texts: Self.texts()) { place in
      try place.write("old", to: "log.h5")
      let outcome = try Tool.shell(
        "ulimit -f \(blocks); exec \"$TOOL\" \(Self.score) log.h5", in: place.folder)
      expectRefusal(outcome, status: 3, ["log.h5", "File too large", "allowed file size"])
      #expect(try String(contentsOfFile: place.path("log.h5"), encoding: .utf8) == "old")
      // Hours of work are no leftover: a journal with finished texts stays.
      let isKept = blocks == 300
      #expect(
        try place.files() == ["log.h5"] + (isKept ? ["log.h5.journal"] : []) + ["texts.jsonl"])
      #expect(outcome.error.contains("the same command with --resume goes on") == isKept)
      if !isKept { return }
      #expect(outcome.error.contains("of 200 texts are finished and kept in log.h5.journal"))
      for (options, output) in [(" --resume", "log.h5"), ("", "whole.h5")] {
        let next = try Tool.shell(
          "exec \"$TOOL\" \(Self.score) \(output)\(options)", in: place.folder)
        #expect(next.status == 0, "\(next.error)")
      }
      #expect(try place.files() == ["log.h5", "texts.jsonl", "whole.h5"])
      #expect(try differingDatasets(place.path("log.h5"), place.path("whole.h5")).isEmpty)
    }
  }

  #if os(Linux)
    /// Too small for the header, for the journal, and for the journal with the log beside it.
    @Test(
      .enabled(
        if: canMountDisks, "needs the right to mount a small disk: root outside of containers"),
      arguments: ["16k", "600k", "850k"])
    func `a full disk keeps the old file`(size: String) throws {
      try Workplace.with(texts: Self.texts()) { place in
        try FileManager.default.createDirectory(
          at: place.folder.appending(path: "disk"), withIntermediateDirectories: false)
        let script = """
          unshare -m sh -c 'mount -t tmpfs -o size=\(size) tmpfs disk && printf old > disk/log.h5
          "$TOOL" \(Self.score.replacing("'", with: "\"")) disk/log.h5
          echo $? > status; ls disk > files; cat disk/log.h5 > kept
          mount -o remount,size=20m disk; test -e disk/log.h5.journal && resume=--resume
          "$TOOL" \(Self.score.replacing("'", with: "\"")) disk/log.h5 $resume > again
          cp disk/log.h5 resumed.h5; ls disk > files-again'
          """
        let outcome = try Tool.shell(script, in: place.folder)
        func contents(_ name: String) throws -> String {
          try String(contentsOfFile: place.path(name), encoding: .utf8)
        }
        #expect(try contents("status") == "3\n")
        let isKept = size != "16k"
        #expect(try contents("files") == (isKept ? "log.h5\nlog.h5.journal\n" : "log.h5\n"))
        #expect(try contents("kept") == "old")
        #expect(outcome.output == "")
        let last = try #require(
          outcome.error.split(separator: "\n").first { $0.hasPrefix("tokenshift: ") })
        #expect(last.contains("the same command with --resume goes on after them") == isKept)
        // With more room the run ends as if nothing had been.
        #expect(try contents("files-again") == "log.h5\n")
        #expect(try contents("again").contains("texts: 200,"))
        let whole = try Tool.shell("\"$TOOL\" \(Self.score) whole.h5", in: place.folder)
        #expect(whole.status == 0)
        #expect(try differingDatasets(place.path("resumed.h5"), place.path("whole.h5")).isEmpty)
        #expect(last.hasPrefix("tokenshift: disk/log.h5"))
        #expect(last.contains("No space left on device: free space or choose another disk"))
      }
    }

    @Test(
      .enabled(
        if: canMountDisks, "needs the right to mount a small disk: root outside of containers"),
      arguments: ["figures", "report"])
    func `a disk that fills while drawing is the machine's fault`(command: String) throws {
      try Workplace.with { place in
        #expect(try place.score().status == 0)
        try FileManager.default.createDirectory(
          at: place.folder.appending(path: "disk"), withIntermediateDirectories: false)
        let script = """
          unshare -m sh -c 'mount -t tmpfs -o size=12k tmpfs disk
          "$TOOL" \(command) log.h5 --output disk; echo $? > status'
          """
        let outcome = try Tool.shell(script, in: place.folder)
        #expect(try String(contentsOfFile: place.path("status"), encoding: .utf8) == "3\n")
        expectRefusal(
          Tool.Outcome(status: 3, output: outcome.output, error: outcome.error), status: 3,
          ["disk/", "free space or choose another disk"])
      }
    }

    @Test(arguments: ["audit log.h5", "audit log.h5 --json", "inspect log.h5", "--help"])
    func `results that standard output doesn't take are no success`(command: String) throws {
      try Workplace.with { place in
        #expect(try place.score().status == 0)
        let outcome = try Tool.shell("\"$TOOL\" \(command) > /dev/full", in: place.folder)
        expectRefusal(outcome, status: 3, ["standard output", "No space left on device"])
      }
    }
  #endif

  // MARK: Closed outputs

  @Test(arguments: ["audit log.h5", "audit log.h5 --json", "inspect log.h5"])
  func `a reader that has gone away is no reason for a trace`(command: String) throws {
    try Workplace.with { place in
      #expect(try place.score().status == 0)
      let script = "{ sleep 0.2; \"$TOOL\" \(command); echo $? > status; } | true"
      let outcome = try Tool.shell(script, in: place.folder)
      let status = try String(contentsOfFile: place.path("status"), encoding: .utf8)
      // 141 is the signal of a closed pipe; where a parent ignores it, it is an error like others.
      if status == "141\n" {
        #expect(outcome.error == "")
      } else {
        expectRefusal(
          Tool.Outcome(status: Int32(status.dropLast()) ?? -1, output: "", error: outcome.error),
          status: 3, ["standard output"])
      }
    }
  }

  @Test func `the first line can be taken by head`() throws {
    try Workplace.with { place in
      #expect(try place.score().status == 0)
      let outcome = try Tool.shell("\"$TOOL\" audit log.h5 | head -n 1", in: place.folder)
      #expect(outcome.status == 0)
      #expect(outcome.output.hasPrefix("log.h5, pair a:b"))
      #expect(!outcome.error.contains("Fatal"))
    }
  }

  @Test func `a closed standard error doesn't matter`() throws {
    try Workplace.with { place in
      let models = "--model a='\(Workplace.small)'"
      let done = try Tool.shell(
        "\"$TOOL\" score \(models) --texts texts.jsonl --output log.h5 2>&-", in: place.folder)
      #expect(done.status == 0 && done.output.hasSuffix("wrote log.h5\n"))
      #expect(try TokenLog(path: place.path("log.h5")).sequenceCount == 2)
      let wrong = try Tool.shell("\"$TOOL\" audit none.h5 2>&-", in: place.folder)
      #expect(wrong.status == 2 && wrong.output == "")
    }
  }

  // MARK: Signals

  @Test(arguments: [SIGKILL, SIGINT, SIGTERM])
  func `a run that is ended in the middle leaves the old file and its journal`(
    signal: Int32
  ) throws {
    try Workplace.with { place in
      try place.write("old", to: "log.h5")
      let process = Process()
      process.executableURL = URL(filePath: try Tool.path())
      process.currentDirectoryURL = place.folder
      process.arguments =
        ["score", "--texts", Workplace.demoTexts, "--output", "log.h5", "--batch-tokens", "512"]
        + ["base", "sft", "rl"].flatMap { ["--model", "\($0)=\(Workplace.demo($0))"] }
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      let journal = place.path("log.h5.journal")
      while process.isRunning, try place.size(of: "log.h5.journal") < 500_000 {
        Thread.sleep(forTimeInterval: 0.01)
      }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal {
        #expect(process.terminationStatus == signal)
        #expect(try String(contentsOfFile: place.path("log.h5"), encoding: .utf8) == "old")
        #expect(FileManager.default.fileExists(atPath: journal))
        // What took hours is not thrown away unasked.
        let other = try place.score()
        expectRefusal(
          other, ["log.h5.journal", "a stopped run finished", "--resume", "--overwrite"])
        expectRefusal(
          try place.score(more: ["--resume"]), ["log.h5.journal", "was begun with other texts"])
        #expect(FileManager.default.fileExists(atPath: journal))
      } else {
        // Where whoever runs the tests ignores the signal, so does the run, and finishes.
        #expect(signal != SIGKILL)
        #expect(try TokenLog(path: place.path("log.h5")).sequenceCount == 1_536)
      }
      #expect(try place.score(more: ["--overwrite"]).status == 0)
      #expect(try TokenLog(path: place.path("log.h5")).sequenceCount == 2)
      #expect(try place.files() == ["log.h5", "texts.jsonl"])
    }
  }

  @Test func `the line of a signal says what is kept and how to go on`() throws {
    try Workplace.with(texts: Self.texts()) { place in
      // The shell waits for the tool, whose signal it reports as 128 + 15.
      let script = """
        "$TOOL" \(Self.score) log.h5 --threads 1 --quiet 2> error &
        while [ "$(wc -c < log.h5.journal 2>/dev/null || echo 0)" -lt 100000 ]; do sleep 0.002; done
        kill -TERM $!; wait $!; echo $?
        "$TOOL" \(Self.score) log.h5 --quiet --resume && "$TOOL" \(Self.score) whole.h5 --quiet
        """
      let outcome = try Tool.shell(script, in: place.folder)
      #expect(outcome.output == "143\n")
      let error = try String(contentsOfFile: place.path("error"), encoding: .utf8)
      let line =
        /tokenshift: interrupted; (\d+) of 200 texts are finished and kept in log\.h5\.journal; the same command with --resume goes on after them\n/
      #expect(error.wholeMatch(of: line) != nil, "\(error)")
      #expect(try differingDatasets(place.path("log.h5"), place.path("whole.h5")).isEmpty)
    }
  }

  #if os(Linux)
    @Test func `texts that the disk can't read are the machine's fault`() throws {
      try Workplace.with { place in
        // The memory of a process has no page 0: the system's word for it is that of a broken disk.
        let outcome = try place.run([
          "score", "--model", "a=\(Workplace.small)", "--texts", "/proc/self/mem", "--output",
          "log.h5",
        ])
        expectRefusal(outcome, status: 3, ["/proc/self/mem", "Input/output error"])
        #expect(try place.files() == ["texts.jsonl"])
      }
    }

    @Test func `so is a tokenizer that the disk can't read`() throws {
      try Workplace.with { place in
        let model = try place.spoiled("model", of: Workplace.demo("base")) {
          try FileManager.default.removeItem(atPath: $0.path("tokenizer.json"))
          try FileManager.default.createSymbolicLink(
            atPath: $0.path("tokenizer.json"), withDestinationPath: "/proc/self/mem")
        }
        expectRefusal(
          try place.score(["a=\(model)"]), status: 3, ["tokenizer.json", "Input/output error"])
      }
    }
  #endif

  @Test func `two runs into one log don't mix`() throws {
    try Workplace.with(texts: Self.texts()) { place in
      let process = Process()
      process.executableURL = URL(filePath: try Tool.path())
      process.currentDirectoryURL = place.folder
      process.arguments = [
        "score", "--texts", Workplace.demoTexts, "--output", "log.h5", "--model",
        "a=\(Workplace.demo("base"))",
      ]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      while process.isRunning,
        !FileManager.default.fileExists(atPath: place.path("log.h5.journal"))
      { Thread.sleep(forTimeInterval: 0.01) }
      let second = try place.score(["a=\(Workplace.demo("base"))"])
      expectRefusal(second, ["log.h5", "another run is writing this log", "another name"])
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(try TokenLog(path: place.path("log.h5")).sequenceCount == 1_536)
    }
  }
}
