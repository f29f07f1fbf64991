import Foundation
import Safetensors
import TestSupport
import Testing

/// Files and folders of another kind are recognised, and the line says what to do.
struct SignatureTests {
  static let files: [(name: String, bytes: [UInt8], words: [String])] = [
    (
      "LFS pointer",
      Array("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n".utf8),
      ["Git LFS pointer", "git lfs pull"]
    ),
    ("gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], ["gzip", "gunzip"]),
    ("zip", Array("PK\u{3}\u{4}".utf8) + [0, 0, 8, 8, 0, 0], ["torch.save", "save_pretrained"]),
    (
      "pickle", [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9], ["pickle", "save_pretrained"]
    ),
    ("GGUF", Array("GGUF".utf8) + [3, 0, 0, 0, 0, 0, 0, 0], ["GGUF", "gguf_file"]),
    ("web page", Array("\n<!DOCTYPE html>\n<html>".utf8), ["web page", "hf download"]),
    ("hub's answer", Array("Entry not found".utf8), ["download that failed", "hf download"]),
    ("zeros", [UInt8](repeating: 0, count: 100), ["filled with zeros", "hf download"]),
    ("UTF-16", [0xFF, 0xFE, 0x7B, 0, 0x7D, 0, 0, 0, 0], ["UTF-16", "UTF-8"]),
  ]

  @Test(arguments: files)
  func `weights of another kind`(file: (name: String, bytes: [UInt8], words: [String])) throws {
    let line = try refusal(of: file.bytes).description
    for word in file.words { #expect(line.contains(word), "\(line)") }
    #expect(!line.contains("header"), "\(line)")
  }

  @Test func `a file that is cut off says by how much`() throws {
    let header = #"""
      {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[8],"data_offsets":[8,40]}}
      """#
    let line = try refusal(of: safetensorsBytes(header: header, dataSize: 5)).description
    #expect(line.contains("lacks its last 35 bytes"), "\(line)")
  }

  static let folders: [(names: [String], words: [String])] = [
    (["model_world_size_8_rank_0.pt"], ["verl", "verl.model_merger merge --backend fsdp"]),
    (["__0_0.distcp", ".metadata"], ["FSDP shards (__0_0.distcp)", "accelerate merge-weights"]),
    (["pytorch_model_fsdp_0/__0_0.distcp"], ["accelerate merge-weights", "/pytorch_model_fsdp_0"]),
    (["zero_pp_rank_0_mp_rank_00_model_states.pt"], ["DeepSpeed", "zero_to_fp32.py"]),
    (
      ["latest", "global_step10/mp_rank_00_model_states.pt"], ["global_step10", "zero_to_fp32.py"]
    ),
    (["consolidated.00.pth"], ["Meta's own", "convert_llama_weights_to_hf.py"]),
    (["model.pth"], ["pickled weights", "save_pretrained"]),
    (["model-Q4_K_M.gguf"], ["GGUF", "gguf_file"]),
    (["pytorch_model_fsdp.bin"], ["state of FSDP", "rename it to pytorch_model.bin"]),
    (["pytorch_model-00001-of-00002.bin"], ["PyTorch weights", "from_pretrained"]),
    (["optimizer.pt", "rng_state.pth"], ["has no model.safetensors"]),
    (
      ["checkpoint-9/model.safetensors", "checkpoint-10/model.safetensors"],
      ["has no model.safetensors", "/model/checkpoint-10"]
    ),
    // A folder that a stopped run left beside shards without their index.
    (
      ["global_step10/latest", "model-00001-of-00002.safetensors"],
      ["model-00001-of-00002.safetensors", "copy their index too"]
    ),
  ]

  @Test(arguments: folders)
  func `folders of shards and of other formats`(folder: (names: [String], words: [String])) throws {
    try withTemporaryFolder { place in
      let model = place.appending(path: "model")
      for name in folder.names {
        let url = model.appending(path: name)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: url)
      }
      let error = try #require(throws: SafetensorsError.self) {
        try SafetensorsCheckpoint(directory: model.path)
      }
      for word in folder.words { #expect(error.description.contains(word), "\(error)") }
      #expect(!error.description.contains { $0.isNewline })
    }
  }

  @Test func `verl's shards are found beside the folder of config.json`() throws {
    try withTemporaryFolder { actor in
      let model = actor.appending(path: "huggingface")
      try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
      try Data().write(to: actor.appending(path: "model_world_size_2_rank_1.pt"))
      let error = try #require(throws: SafetensorsError.self) {
        try SafetensorsCheckpoint(directory: model.path)
      }
      #expect(error.description.contains("--local_dir \(actor.path) "), "\(error)")
    }
  }
}
