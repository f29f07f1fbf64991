import Foundation
import RunLogs
import TestSupport
import Testing

/// Adapters on the command line.
struct AdapterCommandTests {
  private let base = Places.fixture("transformer/llama-new")
  private let adapter = Places.fixture("adapters/llama")

  @Test func `a model with its adapter is scored beside its base`() throws {
    try Workplace.with { place in
      let outcome = try place.score(["base=\(base)", "a=\(adapter)", "b=\(base)+\(adapter)"])
      // These small checkpoints have no tokenizer, and need none for ids.
      #expect(outcome.status == 0, "\(outcome.error)")
      let log = try TokenLog(path: place.path("log.h5"))
      let records = log.header.models
      #expect(records.map(\.folder) == ["llama-new", "llama-new+llama", "llama-new+llama"])
      #expect(
        records[1].fileDigests.keys.sorted() == [
          "adapter/adapter_config.json", "adapter/adapter_model.safetensors", "config.json",
          "model.safetensors",
        ])
      #expect(records[1].fileDigests["config.json"] == records[0].fileDigests["config.json"])
      #expect(records[1].weightsDigest != records[0].weightsDigest)
      #expect(records[1].weightsDigest == records[2].weightsDigest)
      #expect(records[1].storedTypes == ["BF16"])
      #expect(records[1].parameterCount == records[0].parameterCount)
      let js = try log.header.pairs.map { try log.floats(.jensenShannonDivergence, of: $0) }
      #expect(js[0].contains { $0 > 0.01 })
      #expect(js[0].map(\.bitPattern) == js[1].map(\.bitPattern))
    }
  }

  @Test func `inspect, generate and an adapter whose base is missing`() throws {
    try Workplace.with { place in
      let inspected = try place.run(["inspect", adapter, base + "+" + adapter])
      #expect(inspected.status == 0, "\(inspected.error)")
      #expect(inspected.output.contains("SHA-256 adapter/adapter_model.safetensors"))
      let copy = place.path("lora")
      try FileManager.default.copyItem(atPath: adapter, toPath: copy)
      expectRefusal(
        try place.score(["a=lora"]), ["llama-new", "no folder here", "BASEDIR+lora"])
      #expect(try place.score(["a=\(base)+lora"]).status == 0)
    }
  }
}
