/// Which terms of a loss are asked for; their gradients add up to the whole one.
package struct LossParts: OptionSet, Sendable, Hashable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Imitation of demonstrations.
  package static let imitation = Self(rawValue: 1 << 0)
  /// Off-policy reinforcement of demonstrations.
  package static let demonstrationPolicy = Self(rawValue: 1 << 1)
  /// Reinforcement of the policy's own rollouts.
  package static let rolloutPolicy = Self(rawValue: 1 << 2)
  /// The divergence to a reference.
  package static let divergence = Self(rawValue: 1 << 3)
  /// The entropy bonus.
  package static let entropyBonus = Self(rawValue: 1 << 4)

  /// All terms.
  package static let all = Self(single)
  /// All but imitation, which may have a learning rate of its own.
  package static let reinforcement = all.subtracting(.imitation)
  /// Each term alone.
  package static let single: [Self] = [
    .imitation, .demonstrationPolicy, .rolloutPolicy, .divergence, .entropyBonus,
  ]
}
