extension Detector {
  /// What the field suggests to do.
  package struct Advice: Sendable, Equatable {
    /// One sentence.
    package let sentence: String
    /// A paper or a documented practice; nil where none is known.
    package let source: String?
  }

  /// What the field suggests to do about a finding.
  package var advice: Advice {
    switch self {
    case .nonFiniteLoss:
      Advice(
        sentence: "Go back to a checkpoint before it and skip that data or lower the learning "
          + "rate; in 16-bit floats, scale the loss.",
        source: "Micikevicius et al. 2018, arXiv:1710.03740, on loss scaling")
    case .rewardDrop:
      Advice(
        sentence: "Go back to the best checkpoint, and hold the policy closer: a lower learning "
          + "rate, a narrower clip range or a larger KL penalty.",
        source: "Zheng et al. 2023, arXiv:2307.04964, on policy constraints")
    case .earlyRewardDrop, .earlyEntropyCollapse, .earlyEntropyExplosion, .earlyLengthCollapse,
      .earlyLengthExplosion:
      Advice(
        sentence: "The first updates did it: warm the learning rate up, or lower it.",
        source: "Goyal et al. 2017, arXiv:1706.02677; Liu et al. 2020, arXiv:1908.03265, on "
          + "warm-up")
    case .entropyCollapse:
      Advice(
        sentence: "Raise the upper end of the clip range, so that unlikely tokens can gain, or "
          + "restrain the few tokens that drive the fall.",
        source: "Yu et al. 2025 (DAPO), arXiv:2503.14476; Cui et al. 2025, arXiv:2505.22617")
    case .entropyExplosion:
      Advice(
        sentence: "Lower or remove the entropy bonus, and average the loss over tokens rather "
          + "than over responses.",
        source: "Yu et al. 2025 (DAPO), arXiv:2503.14476, on the token-level loss")
    case .lengthExplosion:
      Advice(
        sentence: "Look at whether longer responses are better; if not, don't divide the loss by "
          + "each response's length, or penalise overlong ones.",
        source: "Liu et al. 2025, arXiv:2503.20783, on length bias; Yu et al. 2025, "
          + "arXiv:2503.14476")
    case .lengthCollapse:
      Advice(
        sentence: "Read some responses: look for a reward that short ones can have, or a length "
          + "penalty that outweighs it.",
        source: nil)
    case .deadGroups:
      Advice(
        sentence: "Sample until enough groups have different rewards, and leave out problems that "
          + "are always or never solved.",
        source: "Yu et al. 2025 (DAPO), arXiv:2503.14476, on dynamic sampling")
    case .samplerGap:
      Advice(
        sentence: "Check that the sampler has the trainer's weights and precision, and correct "
          + "with truncated importance weights.",
        source: "TRL's documentation, vllm_importance_sampling_correction")
    case .gradientSpike:
      Advice(
        sentence: "Clip the gradient's norm; if the reward or the loss doesn't recover, restart "
          + "before the spike and skip its batches.",
        source: "Pascanu et al. 2013, arXiv:1211.5063; Chowdhery et al. 2022, arXiv:2204.02311")
    case .plateau:
      Advice(
        sentence: "Take more samples per step or a lower learning rate, or stop here.",
        source: "McCandlish et al. 2018, arXiv:1812.06162, on batch size and gradient noise")
    case .solved:
      Advice(
        sentence: "Nearly all problems are solved: harder ones would teach more.",
        source: "Yu et al. 2025 (DAPO), arXiv:2503.14476, on dynamic sampling")
    }
  }

  /// As a person would say it.
  package var title: String {
    switch self {
    case .nonFiniteLoss: "loss not finite"
    case .earlyRewardDrop: "reward drop at the start"
    case .earlyEntropyCollapse: "entropy collapse at the start"
    case .earlyEntropyExplosion: "entropy explosion at the start"
    case .earlyLengthCollapse: "length collapse at the start"
    case .earlyLengthExplosion: "length explosion at the start"
    case .plateau: "plateau with rising variance"
    case .solved: "problems solved"
    default: rawValue.split(separator: "-").joined(separator: " ")
    }
  }
}
