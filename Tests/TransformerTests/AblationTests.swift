import JSON
import Tensors
import TestSupport
import Testing
import Transformer

/// Each option, switched off in the checkpoint, moves our numbers as it moves those of transformers;
/// and none of the usual mistakes is ours.
@Suite struct AblationTests {
  @Test(arguments: CheckpointFixture.all)
  func `an edited checkpoint gives what transformers makes of it`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    let sequence = fixture.sequences[fixture.shown]
    var editCount = 0
    for ablation in fixture.ablations where ablation.kind != "arithmetic" {
      var weights = fixture.weights
      for (key, value) in [("zero", 0), ("ones", 1)] as [(String, Float)] {
        for name in ablation.edit[key]?.arrayValue?.compactMap(\.stringValue) ?? [] {
          let shape = try #require(weights.tensors[name]).shape
          weights.tensors[name] = Tensor(
            shape: shape, floats: [Float](repeating: value, count: shape.reduce(1, *)))
        }
      }
      for name in ablation.edit["remove"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
        #expect(weights.tensors.removeValue(forKey: name) != nil)
      }
      var configuration = fixture.configuration
      for member in ablation.edit["config"]?.objectValue ?? [] {
        configuration = configuration.setting(member.key, to: member.value)
        // The same twice: of two values transformers takes this one, and we refuse both.
        if member.key == "original_max_position_embeddings",
          let rope = configuration["rope_parameters"]
        {
          configuration = configuration.setting(
            "rope_parameters", to: rope.setting(member.key, to: member.value))
        }
      }
      if ablation.name == "GELU instead of SiLU" || ablation.edit["refused"] != nil {
        #expect(throws: TransformerError.self) {
          _ = try TransformerConfiguration(configuration, path: "config.json")
        }
        continue
      }
      var read = try TransformerConfiguration(configuration, path: "config.json")
      // transformers knows no limit, and less scaling has a lower one.
      read.contextLength = max(read.contextLength, sequence.count)
      let transformer = try Transformer(read, weights: weights)
      let actual = try transformer.logProbabilities([sequence])[0]
      #expect(
        largestDifference(actual, ablation.logProbabilities) <= fixture.tolerance,
        "\(ablation.name)")
      let effect = largestDifference(actual, fixture.logProbabilities[fixture.shown])
      #expect(effect >= 0.01, "\(ablation.name)")
      editCount += 1
    }
    #expect(editCount >= 3)
  }

  @Test(arguments: CheckpointFixture.all)
  func `none of the usual mistakes is made`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    let actual = try fixture.transformer().logProbabilities([fixture.sequences[fixture.shown]])[0]
    let mistakes = fixture.ablations.filter { $0.kind == "arithmetic" }
    if CheckpointFixture.names.contains(name) { #expect(mistakes.count >= 11) }
    for mistake in mistakes {
      expectClose(
        largestDifference(actual, mistake.logProbabilities), mistake.shownMaxDelta,
        // Both are distances to the mistaken numbers, ours and those of transformers.
        absolute: fixture.tolerance, mistake.name)
      // A mistake that moves nothing would prove nothing.
      let effect = largestDifference(actual, mistake.logProbabilities)
      #expect(effect >= 0.01, "\(mistake.name)")
    }
  }
}
