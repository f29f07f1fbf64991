import JSON
import Kernels
import Tensors
import TestSupport
import Testing
import Transformer

/// Feed-forward layers of experts: what chooses them, which are read, and in which pieces they run.
@Suite struct ExpertTests {
  static let switches: [(fixture: String, name: String, change: OptionTests.Change)] = [
    ("qwen3-moe", "shares", { $0.options.experts?.normalisesShares = false }),
    ("qwen3-moe", "experts of a token", { $0.options.experts?.usedCount = 2 }),
    ("qwen3-moe", "window", { $0.options.slidingWindow = nil }),
    ("qwen3-moe-joined", "shares", { $0.options.experts?.normalisesShares = true }),
    ("qwen3-moe-joined", "experts of a token", { $0.options.experts?.usedCount = 1 }),
  ]

  @Test(arguments: switches.indices)
  func `an option that is off moves the result`(index: Int) throws {
    let (name, option, change) = Self.switches[index]
    let fixture = try CheckpointFixture(name)
    var configuration = try TransformerConfiguration(fixture.configuration, path: fixture.path)
    let before = configuration.options.descriptions
    change(&configuration)
    #expect(configuration.options.descriptions != before, "\(name): \(option)")
    let model = try Transformer(configuration, weights: fixture.weights)
    let actual = try model.logProbabilities([fixture.sequences[fixture.shown]])[0]
    #expect(
      largestDifference(actual, fixture.logProbabilities[fixture.shown]) >= 0.01,
      "\(name): \(option)")
  }

  private static func read(_ members: String) throws -> TransformerConfiguration {
    let text = """
      {"model_type": "qwen3_moe", "vocab_size": 50, "hidden_size": 24, "intermediate_size": 30,
       "num_hidden_layers": 4, "num_attention_heads": 4, "max_position_embeddings": 64\(members)}
      """
    return try TransformerConfiguration(JSONValue(parsing: Array(text.utf8)), path: "config.json")
  }

  @Test func `what config json leaves out has the default of transformers`() throws {
    let plain = try Self.read("")
    #expect(plain.heads.keyValueCount == 4 && plain.heads.dimension == 6)
    #expect(plain.options.slidingWindow == nil && !plain.hasQueryKeyValueBias)
    #expect(
      plain.options.experts
        == .init(
          count: 128, usedCount: 8, width: 768, normalisesShares: false,
          layers: [true, true, true, true]))
    #expect(
      try Self.read(#", "use_sliding_window": true"#).options.slidingWindow
        == .init(size: 4096, layers: [true, true, true, true]))
    let own = try Self.read(
      #", "num_local_experts": 9, "decoder_sparse_step": 2, "mlp_only_layers": [1, 7]"#)
    #expect(own.options.experts?.count == 9)
    #expect(own.options.experts?.layers == [false, false, false, true])
    #expect(try Self.read(#", "mlp_only_layers": [0, 1, 2, 3]"#).options.experts == nil)
    #expect(try Self.read(#", "mlp_only_layers": null"#) == plain)
  }

  @Test(arguments: [
    (#", "num_experts": 4"#, "'num_experts_per_tok' is 8, of 4 experts"),
    (
      #", "num_experts": 16, "num_local_experts": 9"#, "'num_experts' is 16 and 'num_local_experts'"
    ),
    (#", "decoder_sparse_step": 0"#, "'decoder_sparse_step' is 0"),
    (#", "mlp_only_layers": [0.5]"#, "a list of whole numbers"),
    (#", "norm_topk_prob": 1"#, "true or false"),
  ])
  func `what is malformed is refused with its key`(members: String, words: String) throws {
    let error = #expect(throws: TransformerError.self) { _ = try Self.read(members) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    ("qwen3-moe", "model.layers.3.mlp.experts.7.up_proj.weight"),
    ("qwen3-moe", "model.layers.1.mlp.gate.weight"),
    ("qwen3-moe-joined", "model.layers.2.mlp.experts.down_proj"),
  ])
  func `a tensor of experts that is missing is named`(fixture name: String, tensor: String) throws {
    let fixture = try CheckpointFixture(name)
    var weights = fixture.weights
    #expect(weights.tensors.removeValue(forKey: tensor) != nil)
    let configuration = try TransformerConfiguration(fixture.configuration, path: fixture.path)
    #expect(throws: TransformerError.missingTensor(tensor, location: weights.location)) {
      _ = try Transformer(configuration, weights: weights)
    }
  }

  @Test func `an expert too many is refused`() throws {
    let fixture = try CheckpointFixture("qwen3-moe")
    var weights = fixture.weights
    let name = "model.layers.1.mlp.experts.8.up_proj.weight"
    weights.tensors[name] = weights.tensors["model.layers.1.mlp.experts.7.up_proj.weight"]
    let configuration = try TransformerConfiguration(fixture.configuration, path: fixture.path)
    #expect(throws: TransformerError.unexpectedTensor(name, location: weights.location)) {
      _ = try Transformer(configuration, weights: weights)
    }
  }

  /// One layer of random weights, the rest of it small.
  private static func model(
    experts: Int, used: Int, hidden: Int = 32, width: Int = 16,
    change: (inout [String: Tensor]) -> Void = { _ in }
  ) throws -> Transformer {
    let text = """
      {"model_type": "qwen3_moe", "vocab_size": 40, "hidden_size": \(hidden),
       "intermediate_size": 30, "num_hidden_layers": 1, "num_attention_heads": 2, "head_dim": 8,
       "num_key_value_heads": 1, "max_position_embeddings": 4096, "num_experts": \(experts),
       "num_experts_per_tok": \(used), "moe_intermediate_size": \(width)}
      """
    let configuration = try TransformerConfiguration(
      JSONValue(parsing: Array(text.utf8)), path: "config.json")
    var state: UInt64 = 7
    func matrix(_ rows: Int, _ columns: Int, _ scale: Float = 1) throws -> Tensor {
      try Tensor(shape: [rows, columns], elementType: .bfloat16, named: "weights") { _, floats in
        for index in floats.indices {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          floats[index] = scale * (Float(state >> 40) / Float(1 << 23) - 1)
        }
      }
    }
    func vector(_ count: Int) -> Tensor {
      Tensor(shape: [count], floats: Array(repeating: 1, count: count))
    }
    let layer = "model.layers.0."
    var tensors = [
      "model.embed_tokens.weight": try matrix(40, hidden), "lm_head.weight": try matrix(40, hidden),
      "model.norm.weight": vector(hidden), layer + "input_layernorm.weight": vector(hidden),
      layer + "post_attention_layernorm.weight": vector(hidden),
      layer + "self_attn.q_norm.weight": vector(8), layer + "self_attn.k_norm.weight": vector(8),
      layer + "self_attn.q_proj.weight": try matrix(16, hidden),
      layer + "self_attn.k_proj.weight": try matrix(8, hidden),
      layer + "self_attn.v_proj.weight": try matrix(8, hidden),
      layer + "self_attn.o_proj.weight": try matrix(hidden, 16),
      layer + "mlp.gate.weight": try matrix(experts, hidden),
    ]
    for expert in 0..<experts {
      let name = layer + "mlp.experts.\(expert)."
      tensors[name + "gate_proj.weight"] = try matrix(width, hidden)
      tensors[name + "up_proj.weight"] = try matrix(width, hidden)
      tensors[name + "down_proj.weight"] = try matrix(hidden, width)
    }
    change(&tensors)
    return try Transformer(
      configuration, weights: WeightDictionary(tensors), checksNumbers: false)
  }

  private static let long = (0..<2_500).map { Int32($0 * $0 % 37) }

  @Test(arguments: ComputeType.allCases)
  func `rows in several pieces and waves are those of a short text`(compute: ComputeType) throws {
    // 7,500 choices, more than one wave; and more rows for an expert than one piece has.
    var model = try Self.model(experts: 4, used: 3)
    model.compute = compute
    let whole = try model.allLogits([Self.long])
    let alone = try model.allLogits([Array(Self.long[..<100])])
    let isExact = compute == .bfloat16 && compute.isNative
    for (first, second) in zip(alone, whole) {
      // Other kernels for a matrix's last rows.
      expectClose(first, second, absolute: isExact ? 0 : 1e-3)
    }
    #expect(!whole.joined().contains { !$0.isFinite })
  }

  @Test(arguments: ComputeType.allCases)
  func `the number of threads changes no bit`(compute: ComputeType) throws {
    var model = try Self.model(experts: 5, used: 2)
    model.compute = compute
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    var bits: [[UInt32]] = []
    for count in [1, 2, 5] {
      Parallel.threadCount = count
      bits.append(try model.allLogits([Self.long]).flatMap { $0.map(\.bitPattern) })
    }
    #expect(bits[0] == bits[1] && bits[0] == bits[2])
  }

  @Test func `experts that no row goes through are not read`() throws {
    let text: [Int32] = [3]
    let expected = try Self.model(experts: 12, used: 2).allLogits([text])[0]
    var unread = 0
    for expert in 0..<12 {
      let logits = try Self.model(experts: 12, used: 2) { tensors in
        let name = "model.layers.0.mlp.experts.\(expert).down_proj.weight"
        tensors[name] = Tensor(shape: [32, 16], floats: Array(repeating: .nan, count: 512))
      }.allLogits([text])[0]
      if logits == expected { unread += 1 } else { #expect(!logits.contains { !$0.isNaN }) }
    }
    #expect(unread == 10)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `a router that overflows gives what isn't a number`(value: Float) throws {
    let model = try Self.model(experts: 6, used: 2) { tensors in
      tensors["model.layers.0.mlp.gate.weight"] = Tensor(
        shape: [6, 32], floats: Array(repeating: value, count: 192))
    }
    #expect(try !model.allLogits([[1, 2, 3]]).joined().contains { !$0.isNaN })
  }

  @Test(arguments: ["qwen3-moe", "qwen3-moe-joined"])
  func `bfloat16 products are near`(name: String) throws {
    let fixture = try CheckpointFixture(name)
    var model = try fixture.transformer()
    model.compute = .bfloat16
    let actual = try model.logProbabilities(fixture.sequences).joined()
    let expected = fixture.logProbabilities.joined()
    let squares = zip(actual, expected).map { ($0 - $1) * ($0 - $1) }
    let root = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    // Weights here are large, so that routing is sharp; a choice that falls the other way at a near tie
    // costs a share.
    #expect(root > 0 && root < 0.2, "\(root), \(squares.max()?.squareRoot() ?? 0)")
  }

  @Test func `memory of a layer of experts is in the estimate`() throws {
    let model = try Self.model(experts: 64, used: 4, hidden: 64, width: 128)
    var dense = model.configuration
    dense.options.experts = nil
    #expect(dense.intermediateSize == 30)
    // 4,096 slots at once, each with its input and output of 64 and gate and up of 128.
    let slots = 4 * 4_096 * (2 * 64 + 2 * 128)
    #expect(model.activationBytes(rows: 4_096) > slots + 4 * 4_096 * (3 * 64 + 64))
    #expect(model.activationBytes(rows: 8_192) < 2 * model.activationBytes(rows: 4_096))
    // Every expert counts as part of its block.
    #expect(model.weightSizes.owned + model.weightSizes.mapped > 2 * 64 * 3 * 64 * 128)
  }
}
