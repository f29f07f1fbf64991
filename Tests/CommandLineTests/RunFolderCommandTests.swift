import Foundation
import TestSupport
import Testing

/// Anybody's folder of checkpoints and logs in, tables, figures and map out.
@Suite(.timeLimit(.minutes(15)))
struct RunFolderCommandTests {
  /// The demo's checkpoints as a Trainer of Hugging Face would leave them, with a log of one.
  private func inPlace(_ body: (Workplace) throws -> Void) throws {
    let texts = """
      {"prompt": "Q: 7 + 5 = ?\\nA:", "response": " 12\\n#### 12", "source": "base"}
      {"prompt": "Q: 7 + 6 = ?\\nA:", "response": " 13\\n#### 13", "source": "rl"}

      """
    try Workplace.with(texts: texts) { place in
      let manager = FileManager.default
      for (name, source) in [
        ("base", "base"), ("grpo/checkpoint-100", "sft"), ("grpo/checkpoint-150", "rl"),
        ("sft-20", "sft"), ("saved/checkpoint-5", "sft"), ("same/checkpoint-5", "rl"),
        ("base/checkpoint-9", "sft"),
      ] {
        let path = place.folder.appending(path: "series/" + name)
        try manager.createDirectory(
          at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try manager.copyItem(atPath: Workplace.demo(source), toPath: path.path)
      }
      // Their last model, in the folder itself: another one than the last checkpoint, and that one again.
      for run in ["saved", "same"] {
        for file in try manager.contentsOfDirectory(atPath: Workplace.demo("rl")) {
          try manager.copyItem(
            atPath: Workplace.demo("rl") + "/" + file, toPath: place.path("series/\(run)/\(file)"))
        }
      }
      try manager.createDirectory(
        at: place.folder.appending(path: "series/notes"), withIntermediateDirectories: true)
      try manager.copyItem(
        atPath: Places.fixture("imports/trainer_state_trl-1.16_grpo_6steps.json"),
        toPath: place.path("series/grpo/checkpoint-150/trainer_state.json"))
      try body(place)
    }
  }

  private static let arguments = [
    "reproduce", "--measure-only", "series", "--output", "out", "--texts", "texts.jsonl",
  ]

  @Test func `checkpoints and logs of another trainer are measured and drawn`() throws {
    try inPlace { place in
      let plan = try place.run(Self.arguments + ["--dry-run"])
      #expect(
        plan.output == """
          base (base): 2 checkpoints (9, final)
          grpo: 2 checkpoints (100, 150), log series/grpo/checkpoint-150/trainer_state.json
          same: 1 checkpoint (5)
          saved: 2 checkpoints (5, final)
          sft-20: 1 checkpoint (20)
          series/notes: neither checkpoints nor a log; left out

          """)
      let outcome = try place.run(Self.arguments + ["--json"])
      try expectFit(outcome, "study")
      #expect(outcome.error.contains("series/notes: neither checkpoints nor a log; left out"))
      let study = try String(contentsOfFile: place.path("out/study.md"), encoding: .utf8)
      // Each author's texts apart.
      for name in ["grpo-100", "grpo-150", "same", "saved-5", "saved-final", "sft-20"] {
        for author in ["base", "rl"] { #expect(study.contains("| \(name) | \(author) |")) }
      }
      #expect(!study.contains("seed"))
      for file in [
        "texts.h5", "logs/grpo.h5", "dynamics/dynamics.h5", "figures/training-reward.svg",
      ] {
        #expect(try place.size(of: "out/" + file) > 0, "\(file)")
      }
      let map = try String(contentsOfFile: place.path("out/dynamics/dynamics.tsv"), encoding: .utf8)
      let runs = map.split(separator: "\n").dropFirst().compactMap {
        $0.split(separator: "\t").first.map(String.init)
      }
      #expect(Set(runs) == ["grpo", "same", "saved", "sft-20"], "\(map)")
      let audit = try place.run(["audit", "out/texts.h5"])
      #expect(audit.status == 0, "\(audit.error)")
    }
  }

  @Test func `without texts or a base it says what to give`() throws {
    try inPlace { place in
      let short = ["reproduce", "--measure-only", "series", "--output", "out"]
      expectRefusal(try place.run(short), ["--texts: is missing", "--task NAME"])
      expectRefusal(
        try place.run(Self.arguments + ["--base", "bas"]),
        ["--base: 'bas' is neither a run of series nor a checkpoint", "grpo, same, saved, sft-20"])
      try FileManager.default.createDirectory(
        at: place.folder.appending(path: "empty"), withIntermediateDirectories: true)
      expectRefusal(
        try place.run(["reproduce", "--measure-only", "empty", "--output", "o"]),
        ["empty: holds neither presets (*.yaml) nor runs"])
      let jobs = try place.run(Self.arguments + ["--jobs", "2"])
      #expect(jobs.status == 2 && jobs.error.contains("has no seeds"))
    }
  }
}
