internal import Kernels
internal import Safetensors

extension TrainingConfiguration {
  /// The configuration with all its values as YAML; reading it gives the same configuration.
  public var yaml: String {
    var lines = [
      Self.line("model", model), Self.line("output", output), "objective: \(objective.rawValue)",
      "steps: \(steps)", "seed: \(seed)", "batch-tokens: \(batchTokens)", "optimizer:",
      "  learning-rate: \(optimizer.learningRate)", "  warm-up-steps: \(optimizer.warmUpSteps)",
      "  schedule: \(optimizer.schedule.rawValue)",
      "  weight-decay: \(optimizer.adam.weightDecay)", "  beta1: \(optimizer.adam.beta1)",
      "  beta2: \(optimizer.adam.beta2)", "  epsilon: \(optimizer.adam.epsilon)",
      "  maximum-gradient-norm: \(optimizer.maximumGradientNorm)",
    ]
    if let demonstrations {
      lines += [
        "demonstrations:", "  " + Self.line("file", demonstrations.file),
        "  per-step: \(demonstrations.perStep)",
      ]
    }
    if let rollouts {
      let source =
        switch rollouts.source {
        case .task(let name): "task: \(name.rawValue)"
        case .file(let path): Self.line("file", path)
        }
      lines += [
        "rollouts:", "  " + source, "  prompts-per-step: \(rollouts.promptsPerStep)",
        "  samples: \(rollouts.samples)", "  maximum-tokens: \(rollouts.maximumTokens)",
        "  temperature: \(rollouts.temperature)", "  updates: \(rollouts.updates)",
      ]
    }
    lines += [
      "checkpoints:", "  every: \(checkpoints.every)",
      "  precision: \(checkpoints.precision == .float32 ? "f32" : "bf16")",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Texts go in single quotes, in which YAML doubles the quote and escapes nothing else.
  private static func line(_ key: String, _ text: String) -> String {
    "\(key): '\(text.replacing("'", with: "''"))'"
  }
}
