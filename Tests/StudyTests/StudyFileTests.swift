import Foundation
import Study
import TestSupport
import Testing
import Training

/// What a study's file means, and how it is refused.
@Suite struct StudyFileTests {
  private func plan(_ text: String) throws -> StudyPlan {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      return try StudyPresets.plan(text, in: folder)
    }
  }

  /// What the configuration of a run is, with a plan made from `text`.
  private func configuration(_ name: String, _ text: String) throws -> String {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let plan = try StudyPresets.plan(text, in: folder)
      let stage = try #require(plan.stage(named: name))
      return try plan.configuration(of: stage, seed: 5, folder: "out").yaml
    }
  }

  @Test func `a file with presets only is the folder`() throws {
    try withTemporaryFolder { folder in
      try StudyPresets.write(to: folder)
      let path = folder.path + "/study.yaml"
      try Data("presets: presets\n".utf8).write(to: URL(filePath: path))
      let plans = try [StudyPlan(path: path), StudyPlan(path: folder.path + "/presets")]
      for plan in plans {
        #expect(plan.stages.map(\.name) == ["base", "sft", "rl"])
        #expect(plan.base.name == "base")
      }
      let yaml = try plans.map { plan in
        try plan.stages.map { try plan.configuration(of: $0, seed: 3, folder: "o").yaml }
      }
      #expect(yaml[0] == yaml[1])
      #expect(plans[0].file != nil && plans[1].file == nil)
    }
  }

  @Test func `everything that a file says is read`() throws {
    let file = try StudyFile(
      yaml: """
        title: A study
        presets: ../presets
        seeds: [1-3, 7]
        claims: claims.yaml
        rates: /elsewhere/rates.json
        reference: srft
        regime: {imitation: a, accuracy: [0.3, 0.5], reinforced: b, degenerate-groups: 0.25}
        evaluation: {problems: 1_000, samples: 2, other-problems: 3, other-samples: 4,
          text-problems: 5, text-samples: 6}
        search: {seeds: "9,10", problems: 11, samples: 12, rates: {sft: [1e-2, 3e-4]}}
        """, path: "a/study.yaml")
    #expect(file.title == "A study" && file.seeds == [1, 2, 3, 7] && file.reference == "srft")
    #expect(file.claims == "a/claims.yaml" && file.rates == "/elsewhere/rates.json")
    var evaluation = StudyEvaluation()
    (evaluation.problems, evaluation.samples) = (1_000, 2)
    (evaluation.otherProblems, evaluation.otherSamples) = (3, 4)
    (evaluation.textProblems, evaluation.textSamples) = (5, 6)
    #expect(file.evaluation == evaluation)
    var regime = StudyRegime()
    (regime.imitation, regime.accuracy) = ("a", 0.3...0.5)
    (regime.reinforced, regime.degenerateGroups) = ("b", 0.25)
    #expect(file.regime == regime)
    let search = try #require(file.search)
    #expect(search.seeds == [9, 10] && search.problems == 11 && search.samples == 12)
    #expect(search.rates.map(\.run) == ["sft"] && search.rates[0].rates == [3e-4, 1e-2])
  }

  @Test func `changes are those of all runs, then a run's, then a variant's`() throws {
    let text = """
      set:
        all: {batch-tokens: 64, steps: 5}
        sft: {steps: 6, demonstrations.pool: 4, checkpoints.at: [1, 3]}
      variants:
      - {name: sft-long, of: sft, set: {steps: 7}}
      - {name: sft-longer, of: sft-long, set: {demonstrations.style: 'far'}}
      """
    for (name, steps) in [("base", 5), ("sft", 6), ("rl", 5), ("sft-long", 7), ("sft-longer", 7)] {
      let yaml = try configuration(name, text)
      #expect(yaml.contains("\nsteps: \(steps)\n"), "\(name)")
      #expect(yaml.contains("\nbatch-tokens: 64\n"), "\(name)")
      #expect(yaml.contains("  pool: 4\n") == name.hasPrefix("sft"), "\(name)")
      #expect(yaml.contains("  at: [1, 3]\n") == name.hasPrefix("sft"), "\(name)")
      #expect(yaml.contains("  style: far\n") == (name == "sft-longer"), "\(name)")
      #expect(yaml.contains("output: 'out/seed-5/\(name)'\n") && yaml.contains("seed: 5\n"))
    }
  }

  @Test func `a variant takes other runs' models, and as many seeds as these have`() throws {
    let text = """
      variants:
      - {name: rl-2, of: rl, from: sft-2, reference: sft}
      - {name: sft-2, of: sft, seeds: 2-4}
      - {name: rl-3, of: rl-2, seeds: "1,4", from: sft}
      - {name: own, of: sft, writer: sft-2, set: {demonstrations.style: own}}
      - {name: own-2, of: own, set: {demonstrations.writer: runs/seed-1/rl-3/final}}
      """
    let plan = try plan(text)
    #expect(
      plan.stages.map(\.name) == ["base", "sft", "sft-2", "rl", "rl-2", "rl-3", "own", "own-2"])
    #expect(plan.stage(named: "rl-2")?.seeds == [2, 3, 4])
    #expect(plan.stage(named: "rl-2")?.original == "rl")
    #expect(plan.of(seed: 1).stages.map(\.name) == ["base", "sft", "rl", "rl-3", "own-2"])
    #expect(plan.of(seed: 2).stages.map(\.name) == ["base", "sft", "sft-2", "rl", "rl-2", "own"])
    #expect(plan.of(seed: 9).stages.map(\.name) == ["base", "sft", "rl"])
    let yaml = try configuration("rl-2", text)
    #expect(yaml.contains("model: 'out/seed-5/sft-2/final'\n"))
    #expect(yaml.contains("reference: 'out/seed-5/sft/final'\n"))
    #expect(
      try configuration("own-2", text).contains("  writer: 'out/seed-5/rl-3/final'\n"))
    #expect(plan.stage(named: "own-2")?.seeds == [1, 4])
    #expect(try configuration("rl", text).contains("model: 'out/seed-5/sft/final'\n"))
    #expect(try plan.needed(for: ["rl-2"]).stages.map(\.name) == ["base", "sft", "sft-2", "rl-2"])
    #expect(try plan.needed(for: []).stages.map(\.name) == ["base"])
  }

  @Test func `some of the runs, and a larger base`() throws {
    let text = """
      runs: [base, sft]
      set: {base: {new-model.hidden-size: 32}}
      variants: [{name: base-2, of: base, set: {new-model.hidden-size: 24}}]
      """
    let plan = try plan(text)
    #expect(plan.stages.map(\.name) == ["base", "base-2", "sft"] && plan.base.name == "base")
    #expect(try configuration("base", text).contains("  hidden-size: 32\n"))
    #expect(try configuration("base-2", text).contains("  hidden-size: 24\n"))
  }

  @Test(arguments: [
    ("seed: 1-8", "line 2: seed: no such key; did you mean 'seeds'?"),
    ("seeds: 8-1", "line 2: seeds: '8-1' should be different whole numbers"),
    ("seeds: 1,1", "line 2: seeds: '1,1' should be"), ("seeds: 1-99999", "should be different"),
    ("runs: [base, stf]", "line 2: runs: there is no run 'stf'; did you mean 'sft'?"),
    ("runs: [base, rl]", "rl.yaml: starts from 'sft', which is no run of the study"),
    ("runs: [base, base]", "line 2: runs: 'base' is there twice"),
    ("runs: base", "line 2: runs: should be a list"),
    ("set: {rrl: {steps: 1}}", "line 2: set: there is no run 'rrl'; did you mean 'rl'?"),
    ("set:\n  rl:\n    steps: 0", "line 4: rl: steps: is 0; it goes from 1"),
    ("set:\n  rl:\n    step: 1", "line 4: rl: step: no such key; did you mean 'steps'?"),
    ("set: {all: {output: x}}", "set.all.output: is the study's own"),
    ("set: {rl: {model: x}}", "'x' should be another preset's …/NAME/final"),
    ("set: {rl: {grpo: {x: 1}}}", "set.rl.grpo: needs one value"),
    ("set: {sft: {rollouts.samples: 2}}", "sft: rollouts.samples: the objective 'sft' has no"),
    ("variants: [{name: x}]", "line 2: variants: a variant needs a name, and 'of'"),
    ("variants: [{name: sft, of: rl}]", "line 2: variants: the name 'sft' is taken"),
    ("variants: [{name: a/b, of: rl}]", "'a/b' is no name"),
    ("variants: [{name: x, of: y}]", "variants: x: there is no run 'y'"),
    ("variants: [{name: x, of: rl, from: y}]", "x starts from 'y', which is no run of the study"),
    (
      "variants: [{name: x, of: rl, from: y}, {name: y, of: rl, from: x}]",
      "start from or refer to each other"
    ),
    ("variants: [{name: x, of: base, from: sft}]", "the run starts from 'model'; remove one"),
    ("reference: srtf", "reference: there is no run 'srtf'; did you mean 'sft'?"),
    ("regime: {accuracy: [0.9, 0.1]}", "regime.accuracy: should be the lowest and the highest"),
    ("regime: {imitation: slt}", "regime: imitation: there is no run 'slt'; did you mean 'sft'?"),
    ("variants: [{name: x, of: rl, from: x}]", "x starts from or refers to itself"),
    ("regime: {accuracy: [0, 2]}", "should be a number from 0.0 to 1.0, not '2'"),
    ("evaluation: {problem: 4}", "evaluation.problem: no such key; did you mean 'problems'?"),
    ("evaluation: {samples: 0}", "should be a whole number from 1 to 1000, not '0'"),
    ("search: {seeds: 1}", "search: rates: is missing"),
    ("search: {rates: {sft: [1e-3, 1e-3]}}", "search.rates.sft: should be different"),
    ("search: {rates: {sft: [.nan]}}", "not '.nan'"),
    ("search: {rates: {base: [1e-3]}}", "'base' is the base"),
    ("search: {rates: {slt: [1e-3]}}", "there is no run 'slt'; did you mean 'sft'?"),
    ("title: a\ntitle: b", "is there twice"), ("title: {a: b}", "title: needs one value"),
    ("set: &a {all: *a}", "has an alias"), ("a: [", "no YAML"),
  ]) func `what is wrong is named with its place and the fix`(text: String, words: String) throws {
    let error = #expect(throws: (any Error).self, "\(text)") { try plan(text) }
    let message = error.map { "\($0)" } ?? ""
    #expect(message.contains(words), "\(message)")
    #expect(!message.contains("\n") && !message.contains("--set"))
  }

  @Test func `what is no study is refused`() throws {
    try withTemporaryFolder { folder in
      let path = folder.path + "/x.yaml"
      #expect(throws: StudyError.self) { try StudyPlan(path: path) }
      for text in ["", "[1]", "a", "presets: nowhere", "title: x", "\u{0}", "presets: [a]"] {
        try Data(text.utf8).write(to: URL(filePath: path))
        let error = #expect(throws: (any Error).self, "\(text)") { try StudyPlan(path: path) }
        #expect(error.map { "\($0)".contains("\n") } == false)
      }
      try Data(repeating: 0x20, count: 2 << 20).write(to: URL(filePath: path))
      let error = #expect(throws: StudyError.self) { try StudyPlan(path: path) }
      #expect(error?.description.contains("at most 1 MB") == true)
    }
  }

  @Test func `seeds are numbers and ranges`() {
    #expect(SeedList.seeds(of: "1-3, 7") == [1, 2, 3, 7])
    #expect(SeedList.seeds(of: "18446744073709551615") == [.max])
    #expect(SeedList.seeds(of: "18446744073709551614-18446744073709551615")?.count == 2)
    for text in ["", ",", "1,", "-1", "1-", "a", "1--2", "2-1", "1-2-3", "1,2-3,3", "0-20000"] {
      #expect(SeedList.seeds(of: text) == nil, "\(text)")
    }
    #expect(SeedList.text([1, 2, 3, 7, 9, 10]) == "1-3,7,9-10")
  }
}
