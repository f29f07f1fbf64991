import Kernels
import Safetensors
import Tensors
import TestSupport
import Testing
import Transformer

/// Models whose weights are let go of while they run.
struct MemoryTests {
  @Test(arguments: CheckpointFixture.all)
  func `weights that are let go of change no bit`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    let source = try SafetensorsCheckpoint(directory: Places.fixture("transformer/\(name)"))
    let configuration = try fixture.transformer().configuration
    for compute in [ComputeType.float32, .bfloat16] {
      var kept = try Transformer(configuration, weights: source)
      kept.compute = compute
      var released = kept
      released.releasesWeights = true
      let sequences = fixture.sequences
      let expected = try kept.allLogits(sequences).map { $0.map(\.bitPattern) }
      // Twice: what was let go of is read again.
      for _ in 0..<2 {
        #expect(try released.allLogits(sequences).map { $0.map(\.bitPattern) } == expected)
      }
    }
  }

  @Test(arguments: CheckpointFixture.all)
  func `matrices are counted as they are stored`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    let source = try SafetensorsCheckpoint(directory: Places.fixture("transformer/\(name)"))
    let sizes = try Transformer(fixture.transformer().configuration, weights: source).weightSizes
    let model = try fixture.transformer().configuration
    let tensors = source.tensorNames.compactMap { name in
      source.tensor(named: name).map { (name, $0) }
    }
    let all = tensors.filter { name, tensor in
      tensor.shape.count >= 2 && !(model.tiesEmbeddings && name == "lm_head.weight")
    }.reduce(0) { $0 + $1.1.byteCount }
    // GPT-2 keeps its matrices the other way round, so that they are laid out anew, as floats.
    let isMapped = sizes.owned == 0
    #expect(isMapped ? sizes.mapped == all : sizes.mapped < all && name == "gpt2")
    #expect(sizes.largestBlock * model.layerCount <= sizes.mapped + sizes.largestBlock)
    #expect(sizes.largestBlock > 0 || !isMapped)
  }
}
