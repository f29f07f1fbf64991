import Foundation
import JSON
import Kernels
import Safetensors
import Tensors
import TestSupport
import Testing
import Transformer

/// A checkpoint of `Tests/Fixtures/transformer` with what transformers computes with it.
struct CheckpointFixture {
  static let names = [
    "qwen2-tied", "qwen2-untied-old", "llama-old", "llama-new", "llama-sharded",
  ]
  /// One for each family and kind of rope scaling, its options on; `make_families.py`.
  static let families = [
    "llama-linear", "llama-dynamic", "llama-yarn", "llama-llama3", "qwen2-window", "qwen3",
    "mistral", "gemma2", "phi3", "gpt2", "olmo2", "olmo3", "smollm3", "gemma3",
    "qwen3-moe", "qwen3-moe-joined",
  ]
  static let all = names + families
  /// Those whose frequencies depend on a text's length, with the length from which on.
  static let lengthDependent = ["llama-dynamic": 20, "phi3": 16]

  /// Something that was switched off or done wrongly, and its effect.
  struct Ablation {
    let name: String
    let kind: String
    let edit: JSONValue
    /// Largest change of any log-probability of the shown sequence.
    let shownMaxDelta: Double
    /// Of the shown sequence.
    let logProbabilities: [Double]
  }

  let path: String
  let configuration: JSONValue
  let weights: WeightDictionary
  let sequences: [[Int32]]
  let logProbabilities: [[Double]]
  /// Largest distance of transformers' single precision from double precision.
  let rounding: Double
  let shown: Int
  let lastLogits: [(sequence: Int, logits: [Double])]
  let ablations: [Ablation]

  init(_ name: String) throws {
    let folder = Places.fixture("transformer/" + name)
    path = folder + "/config.json"
    configuration = try Self.parse(path)
    let checkpoint = try SafetensorsCheckpoint(directory: folder)
    var tensors: [String: Tensor] = [:]
    for name in checkpoint.tensorNames { tensors[name] = checkpoint.tensor(named: name) }
    weights = WeightDictionary(tensors, location: folder)
    let expected = try Self.parse(folder + "/expected.json")
    sequences = try Self.lists(expected["sequences"]).map { $0.map { Int32($0) } }
    logProbabilities = try Self.lists(expected["token_logprobs"])
    rounding = try #require(expected["f32_rounding"]?.doubleValue)
    shown = Int(try #require(expected["shown"]?.integerValue))
    lastLogits = try #require(expected["last_logits"]?.arrayValue).map { entry in
      (
        Int(try #require(entry["sequence"]?.integerValue)), try Self.numbers(entry["logits"])
      )
    }
    ablations = try #require(expected["ablations"]?.arrayValue).map { entry in
      Ablation(
        name: try #require(entry["name"]?.stringValue),
        kind: try #require(entry["kind"]?.stringValue), edit: try #require(entry["edit"]),
        shownMaxDelta: try #require(entry["shown_max_delta"]?.doubleValue),
        logProbabilities: try Self.numbers(entry["token_logprobs"]))
    }
  }

  /// How far we may be from transformers.
  ///
  /// Both are in single precision, in different orders of summation, and each errs by about what the
  /// fixture measured of one. Ten times that leaves room for another processor's order; the least
  /// effect of an option is 0.01.
  var tolerance: Double { min(10 * rounding, 1e-4) }

  func transformer() throws -> Transformer {
    try Transformer(TransformerConfiguration(configuration, path: path), weights: weights)
  }

  private static func parse(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
  }

  private static func numbers(_ value: JSONValue?) throws -> [Double] {
    try #require(value?.arrayValue).map { try #require($0.doubleValue) }
  }

  private static func lists(_ value: JSONValue?) throws -> [[Double]] {
    try #require(value?.arrayValue).map { try numbers($0) }
  }
}

extension JSONValue {
  /// This object with one member set, or removed for nil.
  func setting(_ key: String, to value: JSONValue?) -> JSONValue {
    let others = (objectValue ?? []).filter { !$0.hasKey(key) }
    return .object(others + (value.map { [JSONMember(key: key, value: $0)] } ?? []))
  }
}

extension Transformer {
  /// Logits of every position over the whole vocabulary.
  func allLogits(_ sequences: [[Int32]]) throws -> [[Float]] {
    try logits(ofRows: hiddenStates(of: sequences))
  }

  /// Logits of every row over the whole vocabulary.
  func logits(ofRows hidden: borrowing HiddenStates) -> [[Float]] {
    var scratch = ProductScratch()
    let size = configuration.vocabularySize
    var logits = [Float](repeating: .nan, count: hidden.rowCount * size)
    var span = logits.mutableSpan
    self.logits(
      hidden.values, rows: hidden.rowCount, vocabulary: 0..<size, scratch: &scratch, into: &span)
    return (0..<hidden.rowCount).map { Array(logits[$0 * size..<($0 + 1) * size]) }
  }

  /// ln p of the tokens 1… of each sequence, by a log-softmax in Double.
  func logProbabilities(_ sequences: [[Int32]]) throws -> [[Double]] {
    let logits = try allLogits(sequences)
    var start = 0
    return sequences.map { sequence in
      defer { start += sequence.count }
      return sequence.indices.dropFirst().map { index in
        let row = logits[start + index - 1].map(Double.init)
        let largest = row.max() ?? 0
        let partition = largest + log(row.reduce(0) { $0 + exp($1 - largest) })
        return row[Int(sequence[index])] - partition
      }
    }
  }
}

/// Largest distance of two lists of one length.
func largestDifference(_ first: [Double], _ second: [Double]) -> Double {
  precondition(first.count == second.count, "\(first.count) and \(second.count) numbers")
  return zip(first, second).map { abs($0 - $1) }.max() ?? 0
}
