import Foundation
import Kernels
import Safetensors
import TestSupport
import Testing
import Training

@Suite struct TrainingConfigurationTests {
  private static let grpo = """
    model: base
    output: out
    objective: grpo
    steps: 3
    rollouts:
      task: carry-arithmetic

    """

  private static let sft = """
    model: base
    output: it's out
    objective: sft
    steps: 3
    demonstrations:
      file: demos.jsonl

    """

  private func read(
    _ yaml: String, _ overrides: [String] = []
  ) throws -> TrainingConfiguration {
    try TrainingConfiguration(yaml: yaml, path: "run.yaml", overrides: overrides)
  }

  @Test func `every key is read`() throws {
    let configuration = try read(
      """
      model: base
      output: out
      objective: srft-paper
      steps: 1_000
      seed: 7
      batch-tokens: 512
      optimizer: {learning-rate: 3e-4, warm-up-steps: 5, schedule: cosine, weight-decay: 0.1,
        beta1: 0.8, beta2: 0.95, epsilon: 1e-6, maximum-gradient-norm: 0.5}
      demonstrations: {file: demos.jsonl, per-step: 4}
      rollouts: {file: prompts.jsonl, prompts-per-step: 5, samples: 6, maximum-tokens: 7,
        temperature: 0.9, updates: 2}
      checkpoints: {every: 50, precision: bf16}
      """)
    var expected = TrainingConfiguration(
      model: "base", output: "out", objective: .srftPaper, steps: 1_000)
    expected.seed = 7
    expected.batchTokens = 512
    expected.optimizer.learningRate = 3e-4
    expected.optimizer.warmUpSteps = 5
    expected.optimizer.schedule = .cosine
    expected.optimizer.adam.weightDecay = 0.1
    expected.optimizer.adam.beta1 = 0.8
    expected.optimizer.adam.beta2 = 0.95
    expected.optimizer.adam.epsilon = 1e-6
    expected.optimizer.maximumGradientNorm = 0.5
    expected.demonstrations = .init(file: "demos.jsonl")
    expected.demonstrations.perStep = 4
    expected.rollouts = .init(file: "prompts.jsonl")
    expected.rollouts.promptsPerStep = 5
    expected.rollouts.samples = 6
    expected.rollouts.maximumTokens = 7
    expected.rollouts.temperature = 0.9
    expected.rollouts.updates = 2
    expected.checkpoints.every = 50
    expected.checkpoints.precision = .bfloat16
    #expect(configuration == expected)
  }

  private static let base = """
    output: out
    objective: sft
    steps: 3
    new-model: {family: llama, task: countdown, hidden-size: 64, layers: 2, heads: 4,
      key-value-heads: 2, feed-forward-size: 96, context-length: 80, tied: false,
      rope-base: 500, deviation: 0.05}
    demonstrations: {task: countdown, style: base, pool: 0}
    evaluation: {task: countdown, split: harder, every: 2, problems: 5, samples: 3,
      maximum-tokens: 9}
    gate: {minimum-accuracy: 0.1, maximum-accuracy: 0.9, minimum-pass: 0.2,
      maximum-degenerate-groups: 0.8}
    stop: {detectors: "reward-drop,dead-groups", looks: 4}

    """

  private static let srft = """
    model: base
    output: out
    objective: srft-released-code
    steps: 3
    reference: other
    demonstrations: {task: modular-arithmetic, style: far, pool: 7, reward: verified}
    rollouts: {task: modular-arithmetic, pool: 9, maximum-tokens: 48, top-p: 0.9, kl-every: 4,
      mini-batches: 3}
    diagnostics: {term-gradients-every: 5}
    optimizer: {sft-learning-rate: 2e-5, schedule: cosine, floor: 0.1, schedule-steps: 2}
    srft: {sft-weight: 0.4, sft-weight-exponent: 0, rl-weight: 0.3, rl-weight-exponent: 2,
      entropy-over: batch/all, rl-weight-on: all, demonstration-behavior: old-policy,
      shaping: 0.2, demonstration-clip: 0.2/0.3, demonstration-place: additional,
      feedback: signs-normalized-apart, surrogate: ratio-0.1/0.4, advantage-scale: population,
      advantage-epsilon: 1e-6, baseline: rollouts-for-both, length-penalty: overlong-40/8,
      sft-aggregation: sequence-mean, demonstration-aggregation: fixed-length-30/all,
      rollout-aggregation: sequence-sum, entropy-bonus: 0.01, entropy-bonus-on: rollouts,
      demonstration-coefficient: 0.5, rollout-coefficient: 2}
    entropy-averages: {used: true, fast-decay: 0.8, slow-decay: 0.95, lead: 1.5}

    """

  private static let sum = """
    model: base
    output: out
    objective: sft-plus-rl
    steps: 3
    demonstrations: {file: d.jsonl}
    rollouts: {task: carry-arithmetic}
    sft: {aggregation: fixed-length-9}
    sum: {sft: 0.5, rl: 2}
    grpo: {clip: 0.1/0.3, aggregation: token-mean, kl-coefficient: 0.04, kl-estimator: k2,
      entropy-bonus: 0.01, advantage-scale: bessel, advantage-epsilon: 1e-6, length-penalty: 0.01,
      confident-above: 0.9, confident-tokens: drop}
    entropy-control: {target: 0.5, law: logarithmic, gain: 0.1, minimum: 1e-4, maximum: 0.5}

    """

  private static let withKL = """
    model: base
    output: out
    objective: sft-with-kl
    steps: 3
    demonstrations: {file: d.jsonl}
    sft: {aggregation: sequence-sum, kl-coefficient: 0.3, kl-direction: reference-policy}

    """

  private static let distillation = """
    model: base
    output: out
    objective: opd
    steps: 3
    reference: teacher
    optimizer: {schedule: linear, floor: 0.1, schedule-steps: 2}
    rollouts: {task: carry-arithmetic}
    opd: {aggregation: sequence-mean, kl-direction: reference-policy}

    """

  private static let own = """
    model: base
    output: out
    objective: sft
    steps: 3
    demonstrations: {task: carry-arithmetic, style: own, pool: 9, samples: 4, temperature: 0.8,
      maximum-tokens: 30}

    """

  @Test func `each choice of an objective is read`() throws {
    let srft = try read(Self.srft)
    var expected = SRFT.releasedCode
    expected.sftWeight = .constant(0.4)
    expected.rolloutWeight = EntropyWeight(scale: 0.3, exponent: 2)
    expected.entropyScope = .batch(of: .all)
    expected.rolloutWeightScope = .all
    expected.demonstrationBehavior = .oldPolicy
    expected.ratioShaping = .probabilityOver(0.2)
    expected.demonstrationClip = ClipRange(low: 0.2, high: 0.3)
    expected.demonstrationPlace = .additional
    expected.rolloutFeedback = .signsNormalizedApart
    expected.rolloutSurrogate = .importanceRatio(clip: ClipRange(low: 0.1, high: 0.4))
    expected.groupAdvantage = GroupAdvantage(
      scale: .deviation(.population, epsilon: 1e-6), membership: .rolloutBaseline,
      lengthPenalty: .overlong(limit: 40, margin: 8))
    expected.sftNormalization = TermNormalization(.sequenceMeanOfTokenMeans)
    expected.demonstrationNormalization = TermNormalization(
      .sequenceMeanOverFixedLength(30), rows: .all)
    expected.rolloutNormalization = TermNormalization(.sequenceMeanOfTokenSums)
    expected.entropyBonus = EntropyBonus(coefficient: 0.01)
    expected.entropyBonusSource = .rollouts
    expected.demonstrationCoefficient = 0.5
    expected.rolloutCoefficient = 2
    #expect(srft.srft == expected)
    #expect(
      srft.entropyAverages == EntropyAverages(fastDecay: 0.8, slowDecay: 0.95, lead: 1.5))
    let sum = try read(Self.sum)
    #expect(
      sum.grpo
        == GRPO(
          clipRange: ClipRange(low: 0.1, high: 0.3), aggregation: .tokenMean,
          klPenalty: KLPenalty(estimator: .k2, coefficient: 0.04),
          entropyBonus: EntropyBonus(coefficient: 0.01)))
    #expect(
      sum.advantage
        == GroupAdvantage(
          scale: .deviation(.bessel, epsilon: 1e-6), lengthPenalty: .perToken(0.01)))
    #expect(sum.sft.aggregation == .sequenceMeanOverFixedLength(9))
    #expect(sum.confidence.threshold == 0.9 && sum.confidence.treatment == .drop)
    #expect(
      sum.entropyControl.controller
        == EntropyController(target: 0.5, law: .logarithmic(gain: 0.1), range: 1e-4...0.5))
    let withKL = try read(Self.withKL)
    #expect(
      withKL.sft
        == SFTWithKL(
          aggregation: .sequenceMeanOfTokenSums, coefficient: 0.3,
          direction: .referencePolicy))
  }

  @Test func `the controls of a study are read`() throws {
    let srft = try read(Self.srft)
    #expect(srft.demonstrations.reward == .verified && srft.rollouts.miniBatches == 3)
    #expect(srft.diagnostics.termGradientsEvery == 5)
    let distillation = try read(Self.distillation)
    #expect(
      distillation.distillation
        == OnPolicyDistillation(
          aggregation: .sequenceMeanOfTokenMeans, direction: .referencePolicy))
    #expect(distillation.schedule.decay == .linear(stepCount: 2, floor: 0.1))
    let own = try read(Self.own).demonstrations
    #expect(own.style == .own && own.samples == 4 && own.maximumTokens == 30)
    #expect(own.temperature == 0.8)
    for (yaml, key) in [
      (Self.distillation.replacing("reference: teacher\n", with: ""), "reference"),
      (Self.grpo + "  mini-batches: 17\n", "rollouts.mini-batches"),
      (Self.grpo + "demonstrations.reward: verified", "demonstrations.reward"),
      (Self.own.replacing("style: own", with: "style: far"), "demonstrations.samples"),
    ] {
      let error = #expect(throws: TrainingError.self) { try read(yaml) }
      #expect(error?.description.contains(key + ": ") == true, "\(String(describing: error))")
    }
  }

  @Test func `what older versions don't know is written only where it says something`() throws {
    let yaml = try read(Self.grpo).yaml
    for key in ["mini-batches", "diagnostics", "reward", "  at:"] { #expect(!yaml.contains(key)) }
    #expect(try read(Self.grpo + "checkpoints: {at: []}").yaml == yaml)
  }

  @Test func `steps of checkpoints are a list`() throws {
    let listed = try read(
      Self.grpo.replacing("steps: 3", with: "steps: 30")
        + "checkpoints: {every: 9, at: [1, 2, 3_0]}")
    #expect(listed.checkpoints.every == 9 && listed.checkpoints.at == [1, 2, 30])
    #expect(listed.yaml.contains("\n  every: 9\n  at: [1, 2, 30]\n"))
    #expect(try read(listed.yaml) == listed)
    #expect(try read(Self.grpo, ["checkpoints.at=[1, 3]"]).checkpoints.at == [1, 3])
    for (value, reason) in [
      ("[0, 1]", "is 0; it goes from 1 to 10000000"),
      ("[2, 1]", "has 1 after 2; each should be above the one before"),
      ("[2, 2]", "has 2 after 2; each should be above the one before"),
      ("[1, 4]", "has 4, beyond the 3 of 'steps'"),
      ("[1, 10000001]", "is 10000001; it goes from 1 to 10000000"),
      ("[1, a]", "should be a whole number, not 'a'"),
      ("[1, [2]]", "needs a list, say [1, 2, 5]"), ("3", "needs a list, say [1, 2, 5]"),
    ] {
      let error = #expect(throws: TrainingError.self) {
        try read(Self.grpo, ["checkpoints.at=\(value)"])
      }
      #expect(
        error?.description == "--set checkpoints.at=\(value): checkpoints.at: \(reason)", "\(value)"
      )
    }
    let error = #expect(throws: TrainingError.self) {
      try read(Self.grpo + "checkpoints: {every: [1, 2]}")
    }
    #expect(error?.description.hasSuffix("checkpoints.every: needs one value") == true)
  }

  @Test func `the released code divides by the longest response of the file`() throws {
    let yaml =
      Self.grpo.replacing("grpo", with: "srft-released-code")
      + "  maximum-tokens: 40\ndemonstrations: {file: d.jsonl}\n"
    #expect(try read(yaml).srft == .releasedCode(maximumResponseLength: 40))
    #expect(
      try read(yaml.replacing("srft-released-code", with: "srft-paper")).srft == .paper)
  }

  @Test(arguments: [grpo, sft, base, srft, sum, withKL, distillation, own])
  func `whatever a file says is written`(yaml: String) throws {
    let written = try read(yaml).yaml
    // Each key of the file is in what is written, with its value.
    let keys = ["grpo.clip", "srft.shaping", "gate.minimum-pass", "new-model.tied"]
    for key in keys where yaml.contains(key.split(separator: ".")[1] + ":") {
      #expect(written.contains(key.split(separator: ".")[1] + ": "))
    }
    for line in written.split(separator: "\n") where line.hasPrefix("  ") {
      let name = line.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces)
      #expect(TrainingConfiguration.keyDescriptions.contains { $0.key.hasSuffix("." + name) })
    }
  }

  @Test(arguments: [
    ("grpo: {clip: 2}", "line 7: grpo.clip: is '2'; there are none, one number (0.2), or"),
    ("grpo: {kl-estimator: k3}", "line 7: grpo.kl-estimator: has no effect beside the other"),
    ("srft: {shaping: none}", "line 7: srft.shaping: the objective 'grpo' has no srft; remove"),
    ("new-model: {layers: 2}", "line 7: new-model.layers: the run starts from 'model'; remove"),
    ("gate: {minimum-pass: 0.5}", "evaluation.every: is missing: the gate looks at"),
    ("grpo: {confident-above: 2}", "line 7: grpo.confident-above: is 2; it must be from 0 to 1"),
    (
      "entropy-control: {target: 1, minimum: 2}",
      "line 7: entropy-control.minimum: is above entropy-control.maximum"
    ),
    ("evaluation: {split: dev}", "line 7: evaluation.split: is 'dev'; there are pretraining,"),
  ])
  func `choices that don't fit each other are refused`(line: String, message: String) throws {
    let error = #expect(throws: TrainingError.self) { try read(Self.grpo + line) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func `groups that are joined need one task`() throws {
    let error = #expect(throws: TrainingError.self) {
      try read(Self.srft, ["demonstrations.task=countdown"])
    }
    #expect(
      error?.description.hasPrefix(
        "--set demonstrations.task=countdown: demonstrations.task: is countdown, rollouts.task is "
          + "modular-arithmetic") == true)
  }

  @Test(arguments: [grpo, sft, base, srft, sum, withKL]) func `what is written is read back`(
    yaml: String
  ) throws {
    let configuration = try read(yaml, ["optimizer.learning-rate=1.5e-7", "seed=9"])
    #expect(try read(configuration.yaml) == configuration)
  }

  @Test func `overrides win, the last one most`() throws {
    let configuration = try read(Self.grpo, ["steps=5", "rollouts.samples=4", "steps=6"])
    #expect(configuration.steps == 6)
    #expect(configuration.rollouts.samples == 4)
  }

  @Test(arguments: [
    ("stesp: 4", "run.yaml, line 7: stesp: no such key; did you mean 'steps'?"),
    (
      "learning-rate: 1",
      "run.yaml, line 7: learning-rate: no such key; did you mean 'optimizer.learning-rate'?"
    ),
    (
      "optimizer: {learning_rate: 1}",
      "run.yaml, line 7: optimizer.learning_rate: no such key; did you mean "
        + "'optimizer.learning-rate'?"
    ),
    ("optimizer: 3", "run.yaml, line 7: optimizer: is a group; indent its keys below it"),
    ("seed: [1, 2]", "run.yaml, line 7: seed: needs one value"),
    ("seed: 1.5", "run.yaml, line 7: seed: should be a whole number, not '1.5'"),
    ("seed: '1'", "run.yaml, line 7: seed: should be a whole number, not '1'"),
    ("seed: -1", "run.yaml, line 7: seed: is -1; it goes from 0 to 9223372036854775807"),
    (
      "optimizer: {learning-rate: fast}",
      "run.yaml, line 7: optimizer.learning-rate: should be a number, not 'fast'"
    ),
    (
      "optimizer: {learning-rate: 1}",
      "run.yaml, line 7: optimizer.learning-rate: is 1; it must be above 0 and below 1"
    ),
    (
      "optimizer: {schedule: square}",
      "run.yaml, line 7: optimizer.schedule: is 'square'; there are constant, cosine, linear"
    ),
    (
      "demonstrations: {file: d.jsonl}",
      "run.yaml, line 7: demonstrations.file: the objective 'grpo' has no demonstrations; remove "
        + "the key"
    ),
    (
      "rollouts.file: p.jsonl",
      "run.yaml, line 7: rollouts.file: give this or rollouts.task, not both"
    ),
    ("- x", "run.yaml, line 7: no YAML: did not find expected key"),
  ])
  func `a wrong line is named with its fix`(line: String, message: String) throws {
    let error = #expect(throws: TrainingError.self) { try read(Self.grpo + line) }
    #expect(error?.description == message)
  }

  @Test func `what must be there is missed by name`() throws {
    for key in ["model", "output", "objective", "steps"] {
      let yaml = Self.grpo.split(separator: "\n").filter { !$0.hasPrefix(key + ":") }
        .joined(separator: "\n")
      let error = #expect(throws: TrainingError.self) { try read(yaml) }
      let fix = key == "model" ? " (or new-model.task, to start from random weights)" : ""
      #expect(error?.description == "run.yaml: \(key): is missing\(fix)")
    }
    let error = #expect(throws: TrainingError.self) { try read(Self.sft, ["steps"]) }
    #expect(error?.description == "--set steps: write key=value, say --set steps=100")
  }
}
