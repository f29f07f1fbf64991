import Foundation
import Safetensors
import Tensors
import TestSupport
import Testing
import Training
import Transformer

/// A run that starts from a base with an adapter.
struct AdapterStartTests {
  /// An adapter of random numbers for the query projections of the small run's base.
  private func adapter(in folder: URL) throws -> String {
    let path = folder.appending(path: "adapter")
    try FileManager.default.createDirectory(at: path, withIntermediateDirectories: false)
    let config = """
      {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 2, "lora_alpha": 4,
       "target_modules": ["q_proj"], "base_model_name_or_path": "elsewhere"}
      """
    try Data(config.utf8).write(to: path.appending(path: "adapter_config.json"))
    var generator = SeededGenerator(seed: 4)
    let base = try SafetensorsCheckpoint(directory: SmallRun.base)
    let tensors = base.tensorNames.filter { $0.hasSuffix("q_proj.weight") }.flatMap { name in
      let shape = base.tensor(named: name)?.shape ?? []
      let module = "base_model.model." + name.dropLast(".weight".count)
      let (a, b) = (generator.normals(2 * shape[1]), generator.normals(2 * shape[0]))
      return [
        (name: module + ".lora_A.weight", tensor: Tensor(shape: [2, shape[1]], floats: a)),
        (name: module + ".lora_B.weight", tensor: Tensor(shape: [shape[0], 2], floats: b)),
      ]
    }
    try SafetensorsWriter.write(
      tensors, as: .float32, to: path.appending(path: "adapter_model.safetensors").path)
    return path.path
  }

  private func states(_ model: Transformer) throws -> [Float] {
    let states = try model.hiddenStates(of: [[1, 2, 3, 4]])
    return states.values.indices.map { states.values[$0] }
  }

  @Test func `the first model is the merged one, and checkpoints hold it`() throws {
    try withTemporaryFolder { folder in
      let start = try StartingModel(directory: SmallRun.base + "+" + adapter(in: folder))
      let merged = try states(start.model)
      #expect(try merged != states(StartingModel(directory: SmallRun.base).model))
      #expect(start.directory == SmallRun.base, "where the tokenizer is")
      let path = folder.appending(path: "written").path
      try CheckpointWriter(
        precision: .float32, extraConfiguration: start.configurationMembers,
        tokenizerFolder: start.directory, tokenizerFiles: start.tokenizerFiles
      ).write(TransformerParameters(start.model), to: path)
      #expect(try states(StartingModel(directory: path).model) == merged)
    }
  }
}
