import Foundation
import JSON
import TestSupport
import Testing

/// The lines of the page Automate, run with the tool and with stand-ins for Slurm's commands.
@Suite(.timeLimit(.minutes(15)))
struct AutomatePageTests {
  struct Block {
    let language: String
    let text: String
  }

  private static let blocks: [Block] = {
    let url = Places.root.appending(path: "Sources/Documentation.docc/Automate.md")
    let page = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    return page.matches(of: /(?ms)^```(\w+)\n(.*?)^```$/).map {
      Block(language: String($0.1), text: String($0.2))
    }
  }()

  /// The only block of shell that contains `words`.
  private func shell(_ words: String) throws -> String {
    let found = Self.blocks.filter { $0.language == "sh" && $0.text.contains(words) }
    #expect(found.count == 1, "\(words)")
    return try #require(found.first).text
  }

  private struct Step {
    var name = ""
    var isAlways = false
    var script = ""
  }

  /// The workflow's steps that have a script.
  private func steps() throws -> [Step] {
    let workflow = try #require(Self.blocks.first { $0.language == "yaml" }).text
    let body = try #require(workflow.components(separatedBy: "    steps:\n").last)
    let parts = body.components(separatedBy: "      - ").dropFirst().map { part in
      var step = Step()
      var isScript = false
      for line in part.split(separator: "\n").map(String.init) {
        if isScript, line.hasPrefix("          ") {
          step.script += line.dropFirst(10) + "\n"
        } else {
          isScript = line == "        run: |"
          if line.hasPrefix("name: ") { step.name = String(line.dropFirst(6)) }
          if line == "        if: always()" { step.isAlways = true }
        }
      }
      return step
    }
    return parts.filter { !$0.script.isEmpty }
  }

  /// A folder with models, prompts, a baseline made by the page's own lines, and a training.
  private func withTraining(_ body: (Workplace) throws -> Void) throws {
    try Workplace.with { place in
      var prompts: [String: String] = [:]
      let lines = try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
      for line in lines.split(separator: "\n") where prompts.count < 24 {
        let id = try #require(line.firstMatch(of: /"prompt_id": ("\w+")/)).1
        let prompt = try #require(line.firstMatch(of: /"prompt": ("(?:[^"\\]|\\.)*")/)).1
        prompts[String(id)] = #"{"prompt_id": \#(id), "prompt": \#(prompt)}"#
      }
      try place.write(
        prompts.sorted { $0.key < $1.key }.map(\.value).joined(separator: "\n") + "\n",
        to: "prompts.jsonl")
      try place.write("echo trained; rm -rf ckpt/new; cp -rL trained ckpt/new\n", to: "train.sh")
      try place.write("sh train.sh\n", to: "train.sbatch")
      try place.write(Self.sbatch, to: "sbatch")
      try place.write(Self.srun, to: "srun")
      try place.write(shell("#SBATCH"), to: "gate.sbatch")
      try place.write(shell("After the step"), to: "gate-epilogue.sh")
      let setup = try run(
        """
        mkdir bin ckpt && ln -s "$TOOL" bin/tokenshift && mv sbatch srun bin && chmod +x bin/* *.sh
        ln -s '\(Workplace.demo("base"))' ckpt/base && ln -s '\(Workplace.demo("rl"))' ckpt/accepted
        """ + "\n" + shell("ckpt/accepted"), in: place)
      #expect(setup.status == 0, "\(setup.error)")
      try body(place)
    }
  }

  private func run(_ script: String, in place: Workplace) throws -> Tool.Outcome {
    try Tool.shell(
      "set -e\n" + script, in: place.folder,
      environment: [
        "PATH": place.path("bin") + ":/usr/local/bin:/usr/bin:/bin",
        "GITHUB_STEP_SUMMARY": place.path("summary.md"),
      ])
  }

  /// Makes the training give one of the demo's models.
  private func choose(_ model: String, in place: Workplace) throws {
    #expect(
      try run("rm -f trained; ln -s '\(Workplace.demo(model))' trained", in: place).status == 0)
  }

  private func text(_ name: String, in place: Workplace) -> String {
    (try? String(contentsOfFile: place.path(name), encoding: .utf8)) ?? ""
  }

  private func looks(_ name: String, in place: Workplace) throws -> Int {
    let state = try JSONValue(parsing: Array(text(name, in: place).utf8))
    return (state["series"]?.arrayValue ?? []).reduce(0) {
      $0 + ($1["looks"]?.arrayValue?.count ?? 0)
    }
  }

  // MARK: GitHub Actions

  @Test func `the workflow's steps pass, fail and count looks`() throws {
    let steps = try steps()
    #expect(steps.map(\.name) == ["Train", "Sample and score", "Gate", "Summary"])
    try withTraining { place in
      for (model, code) in [("rl", 0), ("sft", 1), ("none", 1)] as [(String, Int32)] {
        for name in ["summary.md", "gate.md", "gate.xml"] {
          try? FileManager.default.removeItem(atPath: place.path(name))
        }
        try choose(model, in: place)
        var failed: (name: String, code: Int32)?
        for step in steps where failed == nil || step.isAlways {
          // As GitHub runs a step.
          try place.write(step.script, to: "step.sh")
          let outcome = try run("bash -e step.sh", in: place)
          if outcome.status != 0, failed == nil { failed = (step.name, outcome.status) }
        }
        #expect(failed?.code ?? 0 == code, "\(model)")
        let summary = text("summary.md", in: place)
        switch model {
        case "rl": #expect(failed == nil && summary.hasPrefix("### ✅ Nothing regressed"))
        case "sft":
          #expect(failed?.name == "Gate" && summary.hasPrefix("### ❌ Regressed: "), "\(summary)")
          #expect(text("gate.xml", in: place).contains("<failure "))
        default: #expect(failed?.name == "Train" && summary == "")
        }
      }
      #expect(try looks("gate-state.json", in: place) == 2)
    }
  }

  @Test func `wrong input is 2 and spends no look`() throws {
    let gate = try #require(try steps().first { $0.name == "Gate" }).script
    try withTraining { place in
      try place.write("nonsense", to: "new.h5")
      let outcome = try run(gate, in: place)
      #expect(outcome.status == 2 && outcome.error.contains("new.h5"), "\(outcome)")
      #expect(text("gate.xml", in: place).contains("<error "))
      #expect(!FileManager.default.fileExists(atPath: place.path("gate-state.json")))
    }
  }

  // MARK: Slurm

  /// Runs a job at once, after what it depends on; `out-N` has its output and `status-N` its exit code.
  private static let sbatch = """
    #!/bin/sh
    number=$(($(cat count 2>/dev/null || echo 0) + 1)); echo $number > count
    for word; do
      case $word in
      --dependency=afterok:*) before=${word#*afterok:} ;;
      --parsable | --kill-on-invalid-dep=yes) ;;
      -*) echo "sbatch: what is $word?" >&2; exit 1 ;;
      *) script=$word ;;
      esac
    done
    if [ -n "$before" ] && [ "$(cat "status-$before")" != 0 ]; then echo never > "status-$number"
    else sh "$script" > "out-$number" 2>&1; echo $? > "status-$number"; fi
    echo "$number;cluster"

    """

  private static let srun = """
    #!/bin/sh
    epilog=${1#--epilog=}; shift
    "$@"; code=$?
    "$epilog"
    exit $code

    """

  @Test func `the gate's job follows the training's`() throws {
    let submit = try shell("--dependency")
    try withTraining { place in
      for (model, training, gate, words) in [
        ("rl", "0", "0", "gate: passed"), ("sft", "0", "1", "gate: regressed, see gate.md"),
        ("none", "1", "never", ""),
      ] {
        try? FileManager.default.removeItem(atPath: place.path("count"))
        for name in ["out-2", "status-2"] {
          try? FileManager.default.removeItem(atPath: place.path(name))
        }
        try choose(model, in: place)
        let outcome = try run(submit, in: place)
        #expect(outcome.status == 0 && outcome.output == "2;cluster\n", "\(outcome)")
        #expect(text("status-1", in: place) == training + "\n")
        #expect(text("status-2", in: place) == gate + "\n", "\(text("out-2", in: place))")
        #expect(text("out-2", in: place).contains(words) || words.isEmpty)
      }
      try place.write("nonsense", to: "baseline.h5")
      try choose("rl", in: place)
      #expect(try run(submit, in: place).status == 0)
      #expect(text("status-4", in: place) == "2\n")
      #expect(text("out-4", in: place).contains("gate: the input is wrong, nothing was judged"))
      #expect(try looks("gate-state.json", in: place) == 2)
    }
  }

  @Test func `the epilogue submits a gate where there is a model`() throws {
    let step = try shell("srun --epilog")
    try withTraining { place in
      try choose("none", in: place)
      #expect(try run(step, in: place).status == 1)
      #expect(text("count", in: place) == "")
      try choose("sft", in: place)
      let outcome = try run(step, in: place)
      #expect(outcome.status == 0 && outcome.output == "trained\n1;cluster\n", "\(outcome)")
      #expect(text("status-1", in: place) == "1\n", "\(text("out-1", in: place))")
    }
  }

  @Test func `the table has the exit codes of the gate's script`() throws {
    let url = Places.root.appending(path: "Sources/Documentation.docc/Automate.md")
    let page = try String(contentsOf: url, encoding: .utf8)
    let codes = page.matches(of: #/\n\| (\d) \| /#).map { String($0.1) }
    #expect(codes == ["0", "1", "2", "3"])
    for code in codes.dropLast() { #expect(try shell("#SBATCH").contains("\n\(code)) ")) }
  }
}
