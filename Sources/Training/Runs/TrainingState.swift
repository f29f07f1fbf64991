internal import Kernels
internal import Safetensors
internal import Tensors
internal import Transformer

/// All that a run has to know at a step to go on with the same bits.
///
/// That is weights in single precision and the optimiser's moments; batches need no state, as they
/// are keyed by seed and step.
enum TrainingState {
  /// The file's name in a checkpoint's folder.
  static let fileName = "training-state.safetensors"

  /// Writes the file, complete or not at all.
  static func write(
    _ parameters: borrowing TransformerParameters, _ optimizer: borrowing Optimizer,
    _ imitation: ImitationOptimizer?, _ entropy: EntropyState, to path: String
  ) throws(SafetensorsError) {
    var all =
      tensors(parameters.buffer, "parameters.")
      + tensors(optimizer.firstMoments, "first_moments.")
      + tensors(optimizer.secondMoments, "second_moments.")
    if let imitation {
      all += tensors(imitation.optimizer.firstMoments, "imitation.first_moments.")
      all += tensors(imitation.optimizer.secondMoments, "imitation.second_moments.")
    }
    try SafetensorsWriter.write(
      all, as: .float32,
      metadata: [(key: "optimizer_steps", value: String(optimizer.stepCount))]
        + entropy.entries, to: path)
  }

  /// Puts what a file holds into a run of the same model.
  static func read(
    _ path: String, into parameters: inout TransformerParameters,
    _ optimizer: inout Optimizer, _ imitation: ImitationOptimizer?, _ entropy: inout EntropyState
  ) throws {
    let file = try SafetensorsFile(path: path)
    func value(_ key: String) -> String? { file.metadata.first { $0.key == key }?.value }
    guard let count = value("optimizer_steps").flatMap({ Int($0) }),
      (0...Int(Int32.max)).contains(count)
    else {
      throw TrainingError.file(path: path, reason: "is no state of a run; delete its folder")
    }
    try fill(&parameters.buffer, "parameters.", file)
    try fill(&optimizer.firstMoments, "first_moments.", file)
    try fill(&optimizer.secondMoments, "second_moments.", file)
    optimizer.stepCount = count
    if let imitation {
      try fill(&imitation.optimizer.firstMoments, "imitation.first_moments.", file)
      try fill(&imitation.optimizer.secondMoments, "imitation.second_moments.", file)
      imitation.optimizer.stepCount = count
    }
    guard entropy.restore(value) else {
      throw TrainingError.file(
        path: path, reason: "its entropies are no numbers; delete its folder")
    }
  }

  private static func tensors(
    _ buffer: borrowing ParameterBuffer, _ prefix: String
  ) -> [(name: String, tensor: Tensor)] {
    buffer.layout.entries.map { entry in
      let floats = entry.range.map { buffer.values[$0] }
      return (prefix + entry.name, Tensor(shape: entry.shape, floats: floats))
    }
  }

  private static func fill(
    _ buffer: inout ParameterBuffer, _ prefix: String, _ file: SafetensorsFile
  ) throws {
    for entry in buffer.layout.entries {
      guard let tensor = file.tensor(named: prefix + entry.name), tensor.shape == entry.shape else {
        throw TrainingError.file(
          path: file.path, reason: "has no \(prefix + entry.name) of the model's shape")
      }
      let floats = try tensor.floats()
      guard floats.allSatisfy(\.isFinite) else {
        throw TrainingError.file(
          path: file.path,
          reason:
            "\(prefix + entry.name) holds NaN or infinity; delete its folder to go on from an "
            + "earlier one")
      }
      for (index, value) in zip(entry.range, floats) { buffer.values[index] = value }
    }
  }
}
