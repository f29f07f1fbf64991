package import Safetensors
package import Tensors
package import Transformer

/// A model's weight files, mapped, with its adapters not merged yet.
package struct ModelFiles: Sendable {
  /// Where they are.
  package let folder: ModelFolder
  /// The base's weights.
  package let base: SafetensorsCheckpoint
  let adapters: [LoRAAdapter]

  /// Gives the tensors the family's names, and merges the adapters.
  ///
  /// - Parameter configuration: of the base; its number of tokens and whether embeddings are tied
  ///   become those of the merged model.
  /// - Returns: the base's weights where no adapter changes them, merged ones in the same stored type
  ///   elsewhere.
  /// - Throws: `TransformerError` where names have no certain meaning; `AdapterError` where an adapter
  ///   doesn't fit the base; `FileError` if memory ends.
  package func weights(
    for configuration: inout TransformerConfiguration
  ) throws -> ModelWeights {
    let named = try CanonicalWeights(base, for: configuration)
    var source: any WeightSource = named
    var notes = named.notes
    var (updates, replaced) = ([String: [LowRankUpdate]](), Set<String>())
    let (embedding, head) = (WeightNames(configuration.family).embedding, WeightNames.head)
    for adapter in adapters {
      let wasTied = configuration.tiesEmbeddings
      let adapted = try AdaptedWeights(adapter, over: source, for: &configuration)
      if wasTied, !configuration.tiesEmbeddings {
        // A head of its own from here on, which begins as what adapters made of the embedding so far.
        updates[head] = updates[embedding]
        if replaced.contains(embedding) { replaced.insert(head) }
      }
      notes += adapted.notes
      for (name, update) in adapted.updates {
        if let update {
          updates[name, default: []].append(update)
        } else {
          replaced.insert(name)
        }
      }
      source = adapted
    }
    return ModelWeights(
      source: source, notes: notes, updates: updates.filter { !replaced.contains($0.key) })
  }

  /// The files that weights depend on, each with a name of its own: those of the base by their own
  /// names, those of adapters under `adapter/`, `adapter-2/` and so on.
  package var digestedFiles: [(name: String, path: String)] {
    base.filePaths.map { (ModelFiles.name($0), $0) }
      + adapters.enumerated().flatMap { index, adapter in
        let prefix = index == 0 ? "adapter/" : "adapter-\(index + 1)/"
        return [adapter.configuration.path, adapter.weights.path].map {
          (prefix + ModelFiles.name($0), $0)
        }
      }
  }

  private static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

/// A model's tensors, named as its family names them and with adapters merged.
package struct ModelWeights: WeightSource {
  let source: any WeightSource
  /// How names of the base's files were read, and what adapters leave as it was, for people; empty
  /// if names are the family's own.
  package let notes: [String]
  /// What adapters add to matrices of the base, one after the other, before rounding; not of those that
  /// an adapter replaces.
  package let updates: [String: [LowRankUpdate]]

  /// All names.
  package var tensorNames: [String] { source.tensorNames }
  /// The base's folder, or that of the last adapter.
  package var location: String { source.location }
  /// The tensor of that name.
  package func tensor(named name: String) -> Tensor? { source.tensor(named: name) }
}
