import Foundation

/// Shards that a trainer keeps of a model, told by the names that it gives them.
///
/// They are found where people look for the model: in its folder, in one of the folders inside, and
/// beside it, since verl puts `config.json` into a folder of its own.
struct TrainerShards {
  /// What is there, with the first name.
  let kind: String
  /// The command that makes a model of it.
  let fix: String

  init?(near folder: String, names: [String]) {
    if let found = Self.entry(in: names, folder) {
      (kind, fix) = found
      return
    }
    let url = URL(filePath: folder).standardizedFileURL
    let inside = names.prefix(200).map { url.appending(path: $0) }
    for other in inside + [url.deletingLastPathComponent()] {
      guard let held = try? FileManager.default.contentsOfDirectory(atPath: other.path) else {
        continue
      }
      // Beside the folder lie other models' files, too; only verl's belong to this one.
      let isBeside = url.path.hasPrefix(other.path)
      let known = isBeside ? held.filter { $0.hasPrefix("model_world_size_") } : held
      if let found = Self.entry(in: known.sorted(), other.path) {
        (kind, fix) = found
        return
      }
    }
    return nil
  }

  private static func entry(in names: [String], _ folder: String) -> (kind: String, fix: String)? {
    let target = "OUTDIR"
    if let name = names.first(where: { $0.hasPrefix("model_world_size_") }) {
      return (
        "FSDP shards of verl (\(name))",
        "merge them: python -m verl.model_merger merge --backend fsdp --local_dir \(folder) "
          + "--target_dir \(target)"
      )
    }
    // verl's own folders are called global_step_10, those of DeepSpeed global_step10.
    let isZero = { (name: String) in
      name.contains("zero_pp_rank_") || name.prefixMatch(of: /global_step\d/) != nil
        || name == "zero_to_fp32.py"
        || (name.hasPrefix("mp_rank_") && name.hasSuffix("model_states.pt"))
    }
    if let name = names.first(where: isZero) {
      // The folder of one step lies inside of the one that the script takes.
      let isStep = name.contains("_rank_")
      let script = isStep ? URL(filePath: folder).deletingLastPathComponent().path : folder
      return (
        "a DeepSpeed checkpoint (\(name))",
        "merge it: python \(script)/zero_to_fp32.py \(script) \(target) --safe_serialization, "
          + "and copy config.json and the tokenizer there"
      )
    }
    if let name = names.first(where: { $0.hasSuffix(".distcp") }) {
      return (
        "FSDP shards (\(name))",
        "merge them: accelerate merge-weights \(folder) \(target), "
          + "and copy config.json and the tokenizer there"
      )
    }
    return nil
  }
}

/// Weights in a format other than safetensors, told by their names.
struct ForeignWeights {
  let kind: String
  let fix: String

  /// What a trainer keeps beside the weights is none.
  private static func isPickledModel(_ name: String) -> Bool {
    [".bin", ".pt", ".pth", ".ckpt"].contains { name.hasSuffix($0) }
      && !["optimizer", "scheduler", "rng_state", "training_args", "scaler"].contains {
        name.hasPrefix($0)
      }
  }

  init?(names: [String], path: String) {
    func first(_ endings: String...) -> String? {
      names.first { name in endings.contains { name.hasSuffix($0) } }
    }
    let load = "load them with PyTorch and save them with save_pretrained, which writes safetensors"
    if let name = names.first(where: { $0.hasPrefix("consolidated.") && $0.hasSuffix(".pth") }) {
      kind = "Meta's own weights (\(name))"
      fix =
        "take the folder in Hugging Face layout, or convert them with transformers' "
        + "convert_llama_weights_to_hf.py"
    } else if let name = first(".gguf") {
      kind = "a GGUF file (\(SafetensorsError.quoted(name)))"
      fix =
        "take the model's safetensors, or let transformers convert it: "
        + "from_pretrained(DIR, gguf_file=FILE), then save_pretrained"
    } else if let name = names.first(where: { $0.hasPrefix("pytorch_model_fsdp") }) {
      kind = "a whole state of FSDP (\(SafetensorsError.quoted(name)))"
      fix =
        "rename it to pytorch_model.bin, then load it with transformers and save it with "
        + "save_pretrained, which writes safetensors"
    } else if let name = names.first(where: Self.isPickledModel) {
      kind = "pickled weights (\(SafetensorsError.quoted(name)))"
      fix = load
    } else if let name = first(".h5", ".msgpack", ".npz", ".onnx") {
      kind = "weights of another library (\(SafetensorsError.quoted(name)))"
      fix = "load them with transformers and save them with save_pretrained"
    } else if let name = first(".safetensors.gz", ".safetensors.zst", ".part", ".incomplete") {
      kind = "a file that isn't unpacked or loaded to its end (\(SafetensorsError.quoted(name)))"
      fix = "unpack it, or download it again"
    } else {
      return nil
    }
  }
}
