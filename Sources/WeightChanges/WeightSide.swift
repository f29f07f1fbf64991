internal import Adapters
internal import Files
internal import Kernels
internal import Safetensors
internal import Tensors
internal import Transformer

/// A checkpoint that is compared: its tensors by the names that the family has for them.
struct WeightSide {
  let path: String
  let source: any WeightSource
  /// Nil where `config.json` isn't of a family that is known: names are those of the files then.
  let configuration: TransformerConfiguration?
  /// What adapters add to matrices of the base, before rounding; of no others.
  let updates: [String: [LowRankUpdate]]
  /// Weight files of the base.
  let baseFiles: Set<FileIdentity>
  /// How names were read, for people.
  let notes: [String]
  let hasAdapters: Bool

  /// Maps the weights, and merges adapters.
  ///
  /// - Parameters:
  ///   - path: as the user wrote it: a folder, or several with `+` between.
  ///   - ignoresRemoteCode: whether a model that brings code of its own is taken as the family that it
  ///     names.
  ///   - asStored: whether names are taken as the files have them.
  /// - Throws: an error of the part that is wrong; of a `config.json` that isn't understood only with
  ///   adapters, which can't be merged without it.
  init(_ path: String, ignoresRemoteCode: Bool, asStored: Bool = false) throws {
    self.path = path
    let folder = try ModelFolder(path)
    let files = try folder.open()
    hasAdapters = !folder.adapters.isEmpty
    baseFiles = Set(files.base.filePaths.compactMap { FileIdentity($0) })
    var reason: String?
    if !asStored || hasAdapters {
      do {
        var configuration = try folder.configuration(ignoringRemoteCode: ignoresRemoteCode)
        let weights = try files.weights(for: &configuration)
        source = weights
        self.configuration = configuration
        updates = weights.updates
        notes = weights.notes.map { "\(path), as it was read: \($0)" }
        return
      } catch {
        if hasAdapters { throw error }
        reason = "\(error)"
      }
    }
    (source, configuration, updates) = (files.base, nil, [:])
    notes = reason.map { ["Tensors are compared by the names in the files: \($0)"] } ?? []
  }

  /// The name of the embedding, which a tied head is; nil if the head is a matrix of its own.
  func tiedEmbedding() -> String? {
    guard let configuration, configuration.tiesEmbeddings else { return nil }
    let name = WeightNames(configuration.family).embedding
    guard let embedding = source.tensor(named: name) else { return nil }
    // Some writers store a tied matrix twice. One with other numbers is a head of its own.
    if let head = source.tensor(named: WeightNames.head) {
      guard head.shape == embedding.shape, head.elementType == embedding.elementType,
        TensorPair(before: embedding, after: head).difference().changed == 0
      else { return nil }
    }
    return name
  }
}
