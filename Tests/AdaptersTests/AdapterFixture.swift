import Adapters
import Foundation
import JSON
import Kernels
import Tensors
import TestSupport
import Testing
import Transformer

/// An adapter of `Tests/Fixtures/adapters` with what peft and transformers make of it.
struct AdapterFixture {
  static let names =
    [
      "llama", "llama-second", "qwen2", "gpt2", "phi3", "llama-embedding", "qwen2-tied-embedding",
      "qwen2-tied-saved", "qwen2-resized", "resized-tied-together",
    ] + resizedNames
  /// Vocabularies of another size beside saved modules, of tied and untied models.
  static let resizedNames = ["tied", "untied"].flatMap { kind in
    ["embed_tokens", "lm_head", "embed_tokens-lm_head"].map { "resized-\(kind)-\($0)" }
  }

  let folder: String
  let base: String
  let sequences: [[Int32]]
  let logProbabilities: [[Double]]
  /// The first elements of merged matrices, as bit patterns of their stored type.
  let bits: [String: [Int64]]
  let stacked: (over: String, logProbabilities: [[Double]])?

  init(_ name: String) throws {
    folder = Places.fixture("adapters/" + name)
    let value = try Self.parse(folder + "/expected.json")
    base = Places.fixture("transformer/" + (try #require(value["base"]?.stringValue)))
    sequences = try Self.lists(value["sequences"]).map { $0.map { Int32($0) } }
    logProbabilities = try Self.lists(value["token_logprobs"])
    bits = Dictionary(
      uniqueKeysWithValues: (value["bits"]?.objectValue ?? []).map { member in
        (member.key, (member.value.arrayValue ?? []).compactMap(\.integerValue))
      })
    stacked = try value["stacked"].map { stacked in
      (
        Places.fixture("adapters/" + (try #require(stacked["over"]?.stringValue))),
        try Self.lists(stacked["token_logprobs"])
      )
    }
  }

  static func parse(_ path: String) throws -> JSONValue {
    try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
  }

  private static func lists(_ value: JSONValue?) throws -> [[Double]] {
    try #require(value?.arrayValue).map { try #require($0.arrayValue).compactMap(\.doubleValue) }
  }
}

/// A model opened as `tokenshift` opens it.
struct OpenedModel {
  let transformer: Transformer
  let weights: any WeightSource
  let files: ModelFiles

  init(_ path: String) throws {
    let folder = try ModelFolder(path)
    files = try folder.open()
    let config = folder.base + "/config.json"
    var configuration = try TransformerConfiguration(AdapterFixture.parse(config), path: config)
    weights = try files.weights(for: &configuration)
    transformer = try Transformer(configuration, weights: weights)
  }

  /// ln p of the tokens 1… of each sequence, by a log-softmax in Double.
  func logProbabilities(_ sequences: [[Int32]]) throws -> [[Double]] {
    let hidden = try transformer.hiddenStates(of: sequences)
    var scratch = ProductScratch()
    let size = transformer.configuration.vocabularySize
    var logits = [Float](repeating: .nan, count: hidden.rowCount * size)
    var span = logits.mutableSpan
    transformer.logits(
      hidden.values, rows: hidden.rowCount, vocabulary: 0..<size, scratch: &scratch, into: &span)
    var start = 0
    return sequences.map { sequence in
      defer { start += sequence.count }
      return sequence.indices.dropFirst().map { index in
        let first = (start + index - 1) * size
        let row = logits[first..<first + size].map(Double.init)
        let largest = row.max() ?? 0
        let partition = largest + log(row.reduce(0) { $0 + exp($1 - largest) })
        return row[Int(sequence[index])] - partition
      }
    }
  }
}

func largestDifference(_ first: [[Double]], _ second: [[Double]]) -> Double {
  let (a, b) = (first.flatMap { $0 }, second.flatMap { $0 })
  precondition(a.count == b.count, "\(a.count) and \(b.count) numbers")
  return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}
