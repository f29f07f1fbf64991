import Adapters
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing
import Transformer
import WeightChanges

/// Whole checkpoints: names, ties, adapters, blocks and threads.
struct WeightChangesTests {
  private static func transformer(_ name: String) -> String {
    Places.fixture("transformer/" + name)
  }

  // MARK: Slow versions

  /// Largest eigenvalue of DᵀD by 20,000 plain power steps in Double.
  private static func largestSquare(_ matrix: [Double], columns: Int) -> Double {
    let rows = matrix.count / columns
    var gram = [Double](repeating: 0, count: columns * columns)
    for row in 0..<rows {
      for i in 0..<columns where matrix[row * columns + i] != 0 {
        for j in 0..<columns {
          gram[i * columns + j] += matrix[row * columns + i] * matrix[row * columns + j]
        }
      }
    }
    var vector = (0..<columns).map { 1 + Double($0 % 7) }
    var value = 0.0
    for _ in 0..<3_000 {
      let next = (0..<columns).map { i in
        (0..<columns).reduce(0.0) { $0 + gram[i * columns + $1] * vector[$1] }
      }
      value = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      vector = next.map { $0 / value }
    }
    return value
  }

  @Test func `large tensors in many blocks are as a plain loop has them`() throws {
    let (rows, columns) = (13_001, 24)
    for seed in UInt64(1)...2 {
      var generator = SeededGenerator(seed: seed)
      let before = generator.normals(rows * columns)
      var after = before
      // Some rows change, most don't; one direction stands out.
      for row in stride(from: 0, to: rows, by: 3) {
        for column in 0..<columns {
          after[row * columns + column] += Float(generator.normal() * 0.01 + 0.002 * Double(column))
        }
      }
      let brain = seed == 2
      func stored(_ numbers: [Float]) -> WeightFolder.Stored {
        brain
          ? WeightFolder.Stored(brain: [rows, columns], numbers)
          : WeightFolder.Stored([rows, columns], numbers)
      }
      func cut(_ number: Float) -> Double {
        Double(brain ? Float(bitPattern: number.bitPattern & 0xFFFF_0000) : number)
      }
      let difference = zip(before, after).map { cut($1) - cut($0) }
      let squares = difference.reduce(0) { $0 + $1 * $1 }
      let result = try withTemporaryFolder { folder in
        let first = try WeightFolder.write(
          [("layers.0.up_proj.weight", stored(before))], to: folder.appending(path: "a"))
        let second = try WeightFolder.write(
          [("layers.0.up_proj.weight", stored(after))], to: folder.appending(path: "b"))
        return try WeightChanges(before: first, after: second)
      }
      let found = try #require(result.tensors.first)
      #expect(found.totals.elements == rows * columns)
      #expect(found.totals.changed == difference.count { $0 != 0 }, "seed \(seed)")
      // Sums of 312,024 squares in another order: 312,024 · 2⁻⁵³ = 3.5e-11 at most.
      expectClose(
        found.totals.squaresOfDifference, squares, relative: 3.5e-11, "seed \(seed)")
      let rank = try #require(found.stableRank)
      // The iteration's tolerance.
      expectClose(
        rank.value, squares / Self.largestSquare(difference, columns: columns), relative: 1e-3,
        "seed \(seed)")
    }
  }

  // In a process of its own, whose thread count is no other test's.
  @Test func `the same bits for any number of threads`() async {
    await #expect(processExitsWith: .success) {
      var generator = SeededGenerator(seed: 3)
      let before = generator.normals(13_001 * 24)
      let after = before.map { $0 + Float(generator.normal() * 0.01) }
      try withTemporaryFolder { folder in
        let sides = try [("a", before), ("b", after)].map { name, numbers in
          try WeightFolder.write(
            [("layers.0.up_proj.weight", .init([13_001, 24], numbers))],
            to: folder.appending(path: name))
        }
        let results = try [1, 2, 5].map { threads in
          Parallel.threadCount = threads
          return try WeightChanges(before: sides[0], after: sides[1]).tensors[0]
        }
        precondition(results[0].stableRank != nil)
        for other in results.dropFirst() {
          precondition(other.totals == results[0].totals)
          precondition(other.stableRank == results[0].stableRank)
        }
      }
    }
  }

  // MARK: Adapters

  @Test(arguments: ["llama", "qwen2", "gpt2", "phi3"])
  func `an adapter's difference is scale · B · A, its counts are of merged numbers`(
    name: String
  ) throws {
    let adapter = Places.fixture("adapters/" + name)
    let folder = try ModelFolder(adapter)
    let changes = try WeightChanges(before: folder.base, after: adapter)
    var configuration = try folder.configuration(ignoringRemoteCode: false)
    let merged = try folder.open().weights(for: &configuration)
    let plain = try ModelFolder(folder.base).open().weights(for: &configuration)
    let updated = changes.tensors.filter(\.isOfAdapter)
    #expect(!updated.isEmpty && updated.count == merged.updates.count)
    for tensor in changes.tensors {
      let first = try #require(plain.tensor(named: tensor.name))
      let second = try #require(merged.tensor(named: tensor.name))
      let (a, b) = (try first.floats().map(Double.init), try second.floats().map(Double.init))
      let difference = zip(a, b).map { $1 - $0 }
      #expect(tensor.totals.changed == difference.count { $0 != 0 }, "\(tensor.name)")
      let stored = difference.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // Each merged number is within half a unit of W + scale · B · A: a relative 2⁻²⁴, 2⁻¹¹ or 2⁻⁹.
      let unit =
        switch first.elementType {
        case .float32: 0x1p-23
        case .float16: 0x1p-11
        default: 0x1p-8
        }
      let size = b.reduce(0) { $0 + $1 * $1 }.squareRoot()
      expectClose(
        tensor.totals.normOfDifference, stored, absolute: tensor.isOfAdapter ? unit * size : 1e-12,
        "\(tensor.name)")
      guard tensor.isOfAdapter else { continue }
      let rank = try #require(tensor.stableRank).value
      let most = merged.updates[tensor.name]?.reduce(0) { $0 + $1.rank } ?? 0
      #expect(rank >= 1 && rank <= Double(most) * (1 + 1e-3), "\(tensor.name)")
      // As of the dense product, in Double.
      let update = try #require(merged.updates[tensor.name]?.first)
      let (rows, columns) = (update.shape[0], update.shape[1])
      var dense = [Double](repeating: 0, count: rows * columns)
      for row in 0..<rows {
        for column in 0..<columns {
          dense[row * columns + column] =
            Double(update.scale)
            * (0..<update.rank).reduce(0) {
              $0 + Double(update.left[row * update.rank + $1])
                * Double(update.right[column * update.rank + $1])
            }
        }
      }
      let squares = dense.reduce(0) { $0 + $1 * $1 }
      expectClose(tensor.totals.squaresOfDifference, squares, relative: 1e-10, "\(tensor.name)")
      expectClose(
        rank, squares / Self.largestSquare(dense, columns: columns), relative: 1e-3,
        "\(tensor.name)")
    }
  }

  @Test func `an adapter over another base than the one before is compared as merged`() throws {
    let adapter = Places.fixture("adapters/llama")
    let folder = try ModelFolder(adapter)
    try withTemporaryFolder { place in
      let copy = place.appending(path: "copy")
      try FileManager.default.copyItem(atPath: folder.base, toPath: copy.path)
      let changes = try WeightChanges(before: copy.path, after: adapter)
      #expect(!changes.tensors.contains { $0.isOfAdapter })
      #expect(changes.notes.contains { $0.contains("over another base") })
      let exact = try WeightChanges(before: folder.base, after: adapter)
      #expect(exact.whole.totals.changed == changes.whole.totals.changed)
      #expect(exact.notes.contains { $0.contains("before rounding") })
    }
  }

  // MARK: Names

  private static let tiny: [(name: String, tensor: WeightFolder.Stored)] = [
    ("model.embed_tokens.weight", .init([3, 2], [1, 2, 3, 4, 5, 6])),
    ("model.layers.0.input_layernorm.weight", .init([2], [1, 1])),
    ("model.layers.0.mlp.up_proj.weight", .init([2, 2], [1, 0, 0, 1])),
    ("lm_head.weight", .init([3, 2], [1, 2, 3, 4, 5, 6])),
  ]

  private static func configuration(tied: Bool) -> String {
    """
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 2, \
    "intermediate_size": 2, "num_hidden_layers": 1, "num_attention_heads": 1, "vocab_size": 3, \
    "max_position_embeddings": 8, "rms_norm_eps": 1e-5, "tie_word_embeddings": \(tied)}
    """
  }

  private static func changes(
    _ before: [(name: String, tensor: WeightFolder.Stored)], _ beforeText: String?,
    _ after: [(name: String, tensor: WeightFolder.Stored)], _ afterText: String?
  ) throws -> WeightChanges {
    try withTemporaryFolder { folder in
      try WeightChanges(
        before: WeightFolder.write(
          before, to: folder.appending(path: "before"), configuration: beforeText),
        after: WeightFolder.write(
          after, to: folder.appending(path: "after"), configuration: afterText))
    }
  }

  @Test func `an update of a tied head is its own difference, not that of rounded numbers`() throws
  {
    // Singular values of B · A: no two are the same, so that the stable rank lies between 1 and 2.
    let (a, b): ([Float], [Float]) = ([1, 2, 3, -1], [1, 0.5, -2, 1, 0.25, 3])
    // Below half a unit of bfloat16 at 1 to 6: merging stores hardly any of it.
    let scale = 0x1p-12
    let bare = Self.tiny.dropLast().map { entry in
      let numbers: [Float] = [[1, 2, 3, 4, 5, 6], [1, 1], [1, 0, 0, 1]][
        Self.tiny.firstIndex { $0.name == entry.name } ?? 0]
      return (name: entry.name, tensor: WeightFolder.Stored(brain: entry.tensor.shape, numbers))
    }
    let changes = try withTemporaryFolder { folder in
      let base = try WeightFolder.write(
        bare, to: folder.appending(path: "base"), configuration: Self.configuration(tied: true))
      let adapter = folder.appending(path: "adapter")
      let written = try WeightFolder.write(
        [
          ("base_model.model.lm_head.lora_A.weight", .init([2, 2], a)),
          ("base_model.model.lm_head.lora_B.weight", .init([3, 2], b)),
        ], to: adapter)
      try FileManager.default.moveItem(
        at: adapter.appending(path: "model.safetensors"),
        to: adapter.appending(path: "adapter_model.safetensors"))
      try Data(
        """
        {"peft_type": "LORA", "r": 2, "lora_alpha": \(2 * scale), "target_modules": ["lm_head"], \
        "base_model_name_or_path": "\(base)"}
        """.utf8
      ).write(to: adapter.appending(path: "adapter_config.json"))
      return try WeightChanges(before: base, after: written)
    }
    let head = try #require(changes.tensors.first { $0.kind == .head })
    #expect(head.isOfAdapter && changes.tensors.count { $0.isOfAdapter } == 1)
    var dense = [Double](repeating: 0, count: 6)
    for row in 0..<3 {
      for column in 0..<2 {
        for index in 0..<2 {
          dense[row * 2 + column] +=
            scale * Double(b[row * 2 + index]) * Double(a[index * 2 + column])
        }
      }
    }
    let squares = dense.reduce(0) { $0 + $1 * $1 }
    // Few sums of exact products.
    expectClose(head.totals.normOfDifference, squares.squareRoot(), relative: 1e-12)
    let rank = squares / Self.largestSquare(dense, columns: 2)
    #expect(rank > 1.01)
    expectClose(try #require(head.stableRank).value, rank, relative: 1e-3)
    #expect(head.totals.changed < 6)
  }

  @Test(arguments: [1e-120, 1e-170, 1e200]) func `numbers beyond squares have no stable rank`(
    size: Double
  ) throws {
    func side(_ numbers: [Double]) -> [(name: String, tensor: WeightFolder.Stored)] {
      [
        (
          "model.layers.0.mlp.up_proj.weight",
          .init(.float64, [2, 2], bits: numbers.map { Int64(bitPattern: $0.bitPattern) })
        )
      ]
    }
    let changes = try Self.changes(
      side([0, size, size, 0]), nil, side([size, size, size, -size]), nil)
    let tensor = try #require(changes.tensors.first)
    #expect(tensor.totals.changed == 2 && tensor.stableRank == nil)
    #expect(changes.whole.medianStableRank == nil)
    #expect(tensor.totals.largest == size)
  }

  @Test func `tied embeddings are counted once`() throws {
    let tied = Self.configuration(tied: true)
    let bare = Array(Self.tiny.dropLast())
    for (first, second) in [(bare, bare), (Self.tiny, bare), (Self.tiny, Self.tiny)] {
      let changes = try Self.changes(first, tied, second, tied)
      #expect(changes.whole.totals.elements == 12 && changes.uncompared.isEmpty)
      #expect(changes.before.tensorCount == 3 && changes.after.tensorCount == 3)
    }
    // A head that became a matrix of its own is compared with the embedding that it was.
    var other = Self.tiny
    other[3].tensor = .init([3, 2], [1, 2, 3, 4, 5, 7])
    let changes = try Self.changes(bare, tied, other, Self.configuration(tied: false))
    #expect(changes.whole.totals.elements == 18 && changes.whole.totals.changed == 1)
    #expect(changes.tensors.last?.kind == .head)
    #expect(changes.notes.contains { $0.contains("a matrix of its own") })
    // A stored head of other numbers is one, whatever the configuration says, as in transformers 5.
    #expect(try Self.changes(bare, tied, other, tied).whole.totals.elements == 18)
    // Untied on both sides they are two.
    let untied = Self.configuration(tied: false)
    #expect(try Self.changes(Self.tiny, untied, other, untied).whole.totals.elements == 18)
  }

  @Test func `names of wrappers are read as the family's`() throws {
    let text = Self.configuration(tied: true)
    let bare = Array(Self.tiny.dropLast())
    let wrapped = bare.map { (name: "module._orig_mod." + $0.name, tensor: $0.tensor) }
    let changes = try Self.changes(bare, text, wrapped, text)
    #expect(changes.tensors.count == 3 && changes.whole.totals.changed == 0)
    #expect(changes.notes.contains { $0.contains("as it was read") })
    #expect(changes.byLayer.map(\.layer) == [0, nil])
    #expect(changes.byKind.map(\.kind) == [.embedding, .up, .norm])
  }

  @Test func `what one side lacks or has in another shape is named, masks are left out`() throws {
    var after = Self.tiny
    after[2].tensor = .init([2, 3], [1, 0, 0, 1, 0, 0])
    after[3].name = "v_head.weight"
    let mask = (name: "h.0.attn.bias", tensor: WeightFolder.Stored([1], [1]))
    let changes = try Self.changes(Self.tiny + [mask], nil, after + [mask], nil)
    #expect(changes.tensors.map(\.name) == Self.tiny.prefix(2).map(\.name))
    #expect(
      changes.uncompared.map { "\($0.name): \($0.reason.rawValue), \($0.elementCount)" }.sorted()
        == [
          "h.0.attn.bias: constant, 1", "lm_head.weight: only before, 6",
          "model.layers.0.mlp.up_proj.weight: shapes, 6", "v_head.weight: only after, 6",
        ])
    #expect(changes.notes.contains { $0.contains("by the names in the files") })
  }

  @Test func `checkpoints without a common tensor are refused, with an example`() throws {
    let other = [(name: "model.embed_tokens.weight", tensor: WeightFolder.Stored([1, 2], [1, 2]))]
    let error = try #require(throws: WeightsError.self) {
      try Self.changes(Self.tiny, nil, other, nil)
    }
    #expect(
      error.description.contains("'model.embed_tokens.weight' is [3, 2] before, [1, 2] after"))
    #expect(error.fix == "give two checkpoints of one model")
  }

  @Test func `NaN and infinity are counted, and in no other number`() throws {
    var after = Self.tiny
    after[0].tensor = .init([3, 2], [1, .nan, 3, 5, .infinity, 6])
    let changes = try Self.changes(Self.tiny, nil, after, nil)
    let embedding = try #require(changes.tensors.first)
    #expect(embedding.totals.notFiniteAfter == 2 && embedding.totals.notFiniteBefore == 0)
    #expect(embedding.firstNotFinite == 1 && embedding.totals.elements == 4)
    #expect(embedding.totals.changed == 1 && embedding.totals.normOfDifference == 1)
    // Of rank 1: the iteration's vector is rounded to singles, a relative 2⁻²⁴ each.
    expectClose(try #require(embedding.stableRank).value, 1, relative: 0x1p-22)
    #expect(changes.whole.totals.notFiniteAfter == 2)
  }

  @Test func `nothing changed is no stable rank, and shares of nothing are none`() throws {
    let empty = (
      name: "model.layers.1.mlp.up_proj.weight", tensor: WeightFolder.Stored([0, 4], [])
    )
    let changes = try Self.changes(Self.tiny + [empty], nil, Self.tiny + [empty], nil)
    #expect(changes.tensors.allSatisfy { $0.stableRank == nil && $0.totals.changed == 0 })
    let group = try #require(changes.byLayer.first { $0.layer == 1 })
    #expect(group.totals.changedShare == nil && group.totals.relativeChange == nil)
    #expect(changes.whole.medianStableRank == nil && changes.whole.totals.relativeChange == 0)
  }

  @Test func `progress ends at all bytes, and what it throws ends the comparison`() throws {
    struct Stop: Error {}
    let (a, b) = (
      Places.data.appending(path: "demo/base").path, Places.data.appending(path: "demo/rl").path
    )
    var seen: [Int] = []
    _ = try WeightChanges(before: a, after: b) { done, total in seen.append(total - done) }
    #expect(seen.last == 0 && seen == seen.sorted(by: >) && seen.count > 10)
    #expect(throws: Stop.self) {
      try WeightChanges(before: a, after: b) { done, _ in if done > 0 { throw Stop() } }
    }
  }
}
