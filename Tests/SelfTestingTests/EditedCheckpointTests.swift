import Foundation
import Safetensors
import SelfTesting
import Tensors
import TestSupport
import Testing

/// A copy of a checkpoint with edited weights.
@Suite struct EditedCheckpointTests {
  private static let small = Places.fixture("transformer/qwen2-tied")

  @Test func `each weight of each matrix is a little off, all else is as it was`() throws {
    try withTemporaryFolder { folder in
      let copy = folder.appending(path: "copy")
      try EditedCheckpoint.write(Self.small, to: copy, relative: 0.01, seed: 1)
      let (before, after) = (
        try SafetensorsCheckpoint(directory: Self.small),
        try SafetensorsCheckpoint(directory: copy.path)
      )
      #expect(before.tensorNames == after.tensorNames)
      var (ups, edited) = (0, 0)
      for name in before.tensorNames {
        let (a, b) = (
          try #require(before.tensor(named: name)), try #require(after.tensor(named: name))
        )
        #expect(a.shape == b.shape && a.elementType == b.elementType)
        let (old, new) = (try a.floats(), try b.floats())
        guard a.shape.count > 1 else {
          #expect(old == new, "\(name)")
          continue
        }
        for (x, y) in zip(old, new) where x != 0 {
          // Rounding to bfloat16 adds at most 2⁻⁸ of the product.
          #expect(abs(abs(Double(y) / Double(x) - 1) - 0.01) <= 1.01 * 0x1p-8, "\(name)")
          edited += 1
          ups += (y > x) == (x > 0) ? 1 : 0
        }
      }
      #expect(edited > 10_000)
      // Coins: four deviations of a share of so many.
      #expect(abs(Double(ups) / Double(edited) - 0.5) < 4 * 0.5 / Double(edited).squareRoot())
    }
  }

  @Test func `a seed gives the same file, another seed another`() throws {
    try withTemporaryFolder { folder in
      func weights(_ name: String, _ seed: UInt64) throws -> Data {
        let copy = folder.appending(path: name)
        try EditedCheckpoint.write(Self.small, to: copy, relative: 0.01, seed: seed)
        return try Data(contentsOf: copy.appending(path: "model.safetensors"))
      }
      let first = try weights("a", 1)
      #expect(try weights("b", 1) == first)
      #expect(try weights("c", 2) != first)
    }
  }

  @Test func `shards and single precision stay what they are`() throws {
    try withTemporaryFolder { folder in
      let source = folder.appending(path: "source")
      let original = try CheckpointCopy(of: Self.small, to: source)
      let tensors = try SafetensorsFile(path: original.path("model.safetensors")).entries
      try SafetensorsWriter.write(
        tensors.map { ($0.name, $0.tensor) }, as: .float32,
        to: original.path("model.safetensors"))
      let copy = folder.appending(path: "copy")
      try EditedCheckpoint.write(source.path, to: copy, relative: 0.01, seed: 1)
      let edited = try SafetensorsCheckpoint(directory: copy.path)
      for (name, tensor) in tensors.map({ ($0.name, $0.tensor) }) where tensor.shape.count > 1 {
        let other = try #require(edited.tensor(named: name))
        #expect(other.elementType == .float32)
        for (x, y) in zip(try tensor.floats(), try other.floats()) {
          // One rounding of the factor, one of the product.
          #expect(abs(abs(y - x) - 0.01 * abs(x)) <= abs(x) * 0x1p-22)
        }
      }
    }
  }
}
