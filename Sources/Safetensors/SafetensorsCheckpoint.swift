package import Tensors

/// A Hugging Face folder's weights: one file or several shards, seen as one `WeightSource`.
///
/// Like transformers it reads `model.safetensors` if there is one, and else the shards that
/// `model.safetensors.index.json` names. Index and shards must agree: each tensor is in the shard
/// that the index says, and no shard holds one that the index does not know.
package struct SafetensorsCheckpoint: WeightSource {
  /// The folder as given.
  package let directory: String
  /// The weight files, sorted by name: what a digest of the checkpoint covers.
  package let files: [SafetensorsFile]
  /// The index, if the weights are in shards.
  package let indexPath: String?
  // By bytes, as in a file: canonically equivalent names are different tensors.
  private let fileIndexByTensor: [[UInt8]: Int]

  /// Opens all weight files of the folder and checks them.
  ///
  /// - Throws: `SafetensorsError` if the folder has no safetensors weights, a shard is missing or
  ///   breaks a rule of the format, or index and shards disagree.
  package init(directory: String) throws(SafetensorsError) {
    self.directory = directory
    let folder = try WeightFolder(path: directory)
    if let single = folder.singleFile {
      files = [try SafetensorsFile(path: single)]
      indexPath = nil
    } else if let path = folder.index {
      let index = try ShardIndex(path: path)
      files = try folder.shards(of: index)
      try index.check(files)
      indexPath = path
    } else {
      throw folder.lacksWeights()
    }
    var fileIndexByTensor: [[UInt8]: Int] = [:]
    for (fileIndex, file) in files.enumerated() {
      for entry in file.entries { fileIndexByTensor[Array(entry.name.utf8)] = fileIndex }
    }
    self.fileIndexByTensor = fileIndexByTensor
  }

  /// The paths of the weight files, sorted by name.
  package var filePaths: [String] { files.map(\.path) }
  /// All names, file by file.
  package var tensorNames: [String] { files.flatMap(\.tensorNames) }
  /// The folder.
  package var location: String { directory }

  /// The tensor of that name (compared by bytes), nil if there is none.
  package func tensor(named name: String) -> Tensor? {
    fileIndexByTensor[Array(name.utf8)].flatMap { files[$0].tensor(named: name) }
  }

  /// The path of the file that holds a tensor, for messages; nil if there is no such tensor.
  package func filePath(ofTensor name: String) -> String? {
    fileIndexByTensor[Array(name.utf8)].map { files[$0].path }
  }
}
