import Foundation

/// What a checkpoint's folder holds, by the names that transformers gives.
struct WeightFolder {
  let path: String
  private let names: [String]

  init(path: String) throws(SafetensorsError) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      throw SafetensorsError(
        path: path, reason: "no such folder", fix: "give the folder that holds config.json")
    }
    // Folders of a download cache are often links.
    let target = URL(filePath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: target)
    guard attributes?[.type] as? FileAttributeType == .typeDirectory else {
      throw SafetensorsError(
        path: path, reason: "is a file, not a folder", fix: "give the folder that holds it")
    }
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw SafetensorsError(
        path: path, reason: "cannot be listed", fix: "check the rights of the folder")
    }
  }

  /// `model.safetensors`, if there.
  var singleFile: String? { existing("model.safetensors") }
  /// `model.safetensors.index.json`, if there.
  var index: String? { existing("model.safetensors.index.json") }

  private func existing(_ name: String) -> String? {
    names.contains(name) ? pathOf(name) : nil
  }

  private func pathOf(_ name: String) -> String {
    path.hasSuffix("/") ? path + name : path + "/" + name
  }

  /// Opens every shard that the index names, sorted by name.
  func shards(of index: ShardIndex) throws(SafetensorsError) -> [SafetensorsFile] {
    let missing = index.shardNames.filter { !FileManager.default.fileExists(atPath: pathOf($0)) }
    if let first = missing.first {
      let more = missing.count > 1 ? ", and \(missing.count - 1) more that aren't there" : ""
      throw SafetensorsError(
        path: index.path, reason: "names shard \(first), which is not in the folder\(more)",
        fix: "copy or download that file too")
    }
    var files: [SafetensorsFile] = []
    for name in index.shardNames { files.append(try SafetensorsFile(path: pathOf(name))) }
    return files
  }

  /// The line for a folder without weights that can be read, by what it has instead.
  func lacksWeights() -> SafetensorsError {
    let wanted = "no model.safetensors and no model.safetensors.index.json"
    let hasSafetensors = names.contains { $0.hasSuffix(".safetensors") }
    // A step's folder that was left behind is none of the model's.
    if !hasSafetensors, let state = TrainerShards(near: path, names: names) {
      return SafetensorsError(
        path: path, reason: "has \(state.kind) but \(wanted)", fix: state.fix)
    }
    if names.contains(where: {
      $0.hasPrefix("pytorch_model.bin") || $0.hasPrefix("pytorch_model-0")
    }) {
      return SafetensorsError(
        path: path, reason: "has PyTorch weights (pytorch_model.bin) but \(wanted)",
        fix: "convert them: python -c \"from transformers import AutoModelForCausalLM as M; "
          + "M.from_pretrained('\(path)', dtype='auto').save_pretrained('\(path)')\"")
    }
    if names.contains("adapter_model.safetensors") {
      return SafetensorsError(
        path: path, reason: "has an adapter (adapter_model.safetensors) but \(wanted)",
        fix: "give the folder of its base model, which has all weights")
    }
    if let other = names.first(where: { $0.hasSuffix(".safetensors") }) {
      return SafetensorsError(
        path: path, reason: "has \(SafetensorsError.quoted(other)) but \(wanted)",
        fix: "rename a single file to model.safetensors; for shards copy their index too")
    }
    if let other = ForeignWeights(names: names, path: path) {
      return SafetensorsError(
        path: path, reason: "has \(other.kind) but \(wanted)", fix: other.fix)
    }
    let steps = names.filter { $0.hasPrefix("checkpoint-") }
    if let last = steps.max(by: { $0.localizedStandardCompare($1) == .orderedAscending }) {
      return SafetensorsError(
        path: path, reason: "has \(wanted)",
        fix: "it holds a trainer's checkpoints: give one of them, as \(pathOf(last))")
    }
    return SafetensorsError(
      path: path, reason: "has \(wanted)", fix: "give a folder saved by save_pretrained")
  }
}
